"""The text: one extractor's word, doubted by a second and settled by a third.

trafilatura is right on most pages; where it is wrong it is very wrong, and does not know. resiliparse costs
2 ms more and errs elsewhere, so two texts with little in common ask for a third. On 418 news pages that was
17 times, and it halved what was lost. The third is trafilatura without its precision rules: it settled as
well as readability-lxml did, which is thus no dependency.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text
from trafilatura import extract as trafilatura_extract

from monitor.extract.wording import is_cut
from monitor.model import ArticleMethod
from monitor.text.words import split_words

SHINGLE_WORDS = 4
SHORT_ARTICLE_WORDS = 40
"""Below these an extractor has found too little, and the longest text is taken."""
LEAST_CONFIRMED = 0.75
"""The part of the first text that the second must have, or the first is doubted."""
LEAST_COVERED = 0.5
"""The part of the second text that the first must have."""
LEAST_AGREEMENT = 0.5
"""The likeness from which two of three texts agree."""
LEAST_CLAIMED_WORDS = 200

ShingleHashes = frozenset[int]


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """A text, which extractor gave it, and whether the extractors agree."""

    text: str
    method: ArticleMethod
    is_agreed: bool = True
    """False where three texts were compared and no two are alike; where little was found, nothing is compared."""


def extract_best_text(html: str, tree: HtmlElement, claimed_body: str = "") -> ExtractedText:
    """Extract a page's text; `claimed_body` is what JSON-LD calls the text."""
    extracted = _extract_by_agreement(html, tree, claimed_body)
    if _goes_on_after_article(extracted.text, claimed_body):
        return ExtractedText(claimed_body, "jsonld")
    return extracted


def _extract_by_agreement(html: str, tree: HtmlElement, claimed_body: str) -> ExtractedText:
    first, second = _extract_precisely(tree), extract_plain_text(html, main_content=True)
    if not _is_short_text(first) and _is_confirmed(_shingles_of_text(first), _shingles_of_text(second)):
        return ExtractedText(first, "trafilatura")
    texts: dict[ArticleMethod, str] = {
        "trafilatura": first,
        "resiliparse": second,
        "trafilatura_loose": _extract_loosely(html),
    }
    if _is_short_text(first):
        return _choose_longest(texts | {"jsonld": claimed_body if _is_short_text(second) else ""})
    return _choose_most_agreed(texts)


def _extract_precisely(tree: HtmlElement) -> str:
    return trafilatura_extract(deepcopy(tree), favor_precision=True, include_comments=False) or ""


def _extract_loosely(html: str) -> str:
    return trafilatura_extract(html, include_comments=False) or ""


def _choose_longest(texts: Mapping[ArticleMethod, str]) -> ExtractedText:
    method = max(texts, key=lambda method: len(split_words(texts[method])))
    return ExtractedText(texts[method], method if texts[method] else "")


def _choose_most_agreed(texts: Mapping[ArticleMethod, str]) -> ExtractedText:
    shingles = {method: _shingles_of_text(text) for method, text in texts.items()}
    likeness = {
        method: [_dice_coefficient(own, other) for name, other in shingles.items() if name != method]
        for method, own in shingles.items()
    }
    method = max(likeness, key=lambda method: sum(likeness[method]))
    return ExtractedText(texts[method], method, max(likeness[method]) >= LEAST_AGREEMENT)


def _goes_on_after_article(text: str, claimed_body: str) -> bool:
    """Whether a text goes on after its article: endless scrolling appends others to the page.

    A claim is often a stub (of 76, seven had 27 to 82 words beside a full text), so a short one tells nothing.
    """
    claimed = len(split_words(claimed_body))
    return claimed >= LEAST_CLAIMED_WORDS and len(split_words(text)) > 3 * claimed and not is_cut(claimed_body)


def _is_short_text(text: str) -> bool:
    return len(split_words(text)) < SHORT_ARTICLE_WORDS


def _is_confirmed(first: ShingleHashes, second: ShingleHashes) -> bool:
    common = len(first & second)
    return common >= LEAST_CONFIRMED * len(first) and common >= LEAST_COVERED * len(second)


def _dice_coefficient(one: ShingleHashes, other: ShingleHashes) -> float:
    return 2 * len(one & other) / max(len(one) + len(other), 1)


def _shingles_of_text(text: str) -> ShingleHashes:
    """Runs of four words, as hashes: they live for one comparison only."""
    found = split_words(text)
    return frozenset(
        hash(tuple(found[start : start + SHINGLE_WORDS])) for start in range(len(found) - SHINGLE_WORDS + 1)
    )
