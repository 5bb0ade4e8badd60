"""What an article can be known by when its news comes again: copied, cut, retold, or in another language.

It follows from the article alone, so the archive can give it back after a restart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from math import log
from urllib.parse import urlsplit
from zlib import crc32

from monitor.links import host_of_url
from monitor.model import Article
from monitor.story.figures import TOLL_KINDS, Figure, find_figures, join_numbers
from monitor.story.names import ArticleNames, find_names
from monitor.story.outlets import agency_of_text, domain_of_host
from monitor.story.quotes import Quote, find_quotes
from monitor.text.language import article_language
from monitor.text.lexicon import Lexicon, load_lexicon
from monitor.text.sentences import find_sentences
from monitor.text.words import split_words, tokenise_text

SHORTEST_TITLE = 4
"""Titles of fewer words (`Live updates`) name nothing."""

LONGEST_TITLE = 300
"""Characters of a title that are looked at."""

LONGEST_OUTLET = 4
"""Words that an outlet's name behind a title has at most."""

STORY_LEAD_WORDS = 80
"""Words at a text's start that say what its news is; what follows is background."""

LONGEST_TEXT = 6_000
"""Characters of a text that are looked at for names, numbers and quotes."""

LONGEST_COPY = 30_000
"""Characters of a text that are looked at to recognise a copy."""

TITLE_WORD_FACTOR = 1.6
"""A word of the title says more about the news than one of the lead (F1 .946 instead of .933, tests/eval, `tune`)."""

_TITLE_WITH_OUTLET = re.compile(r"^(?P<title>.+)\s[-–—|•·]\s(?P<outlet>[^|•·]+)$")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an article can be known by."""

    addresses: frozenset[str]
    domain: str
    language: str
    headline: str
    """Without the outlet's name."""
    title: tuple[str, ...]
    """The headline's words, folded; empty when it names nothing."""
    shingles: frozenset[int]
    """The text's sequences of three words."""
    lead: Mapping[str, float]
    """The stems of title and lead, behind their language, with what each says."""
    names: ArticleNames
    headline_figures: tuple[Figure, ...]
    opening_figures: tuple[Figure, ...]
    """The numbers of the first two sentences."""
    values: frozenset[str]
    """All numbers."""
    tolls: frozenset[tuple[str, str]]
    """All numbers of dead and hurt, each with which it is."""
    quotes: tuple[Quote, ...]
    agency: str | None
    """The family of the agency that signs the text."""


@lru_cache(maxsize=8)  # a hit of several seeds is placed in each, and then remembered
def fingerprint_article(article: Article) -> Fingerprint:
    """What an article can be known by when its news comes again."""
    language = article_language(article)
    lexicon = load_lexicon(language)
    headline = strip_outlet_name(article.title)
    text = article.text[:LONGEST_TEXT]
    joined = join_numbers(text, language)
    title = tuple(split_words(headline))
    heading = tokenise_text(join_numbers(headline, language))
    sentences = [tokenise_text(joined[start:end]) for start, end in find_sentences(joined)]
    headline_figures = find_figures(heading, lexicon)
    text_figures = [find_figures(sentence, lexicon) for sentence in sentences]
    every = [*headline_figures, *chain.from_iterable(text_figures)]
    return Fingerprint(
        addresses=frozenset(
            filter(None, (_address_identity(article.url), _address_identity(article.canonical_url or "")))
        ),
        domain=domain_of_host(host_of_url(article.url)),
        language=language,
        headline=headline,
        title=title if len(title) >= SHORTEST_TITLE else (),
        shingles=_hash_shingles(split_words(article.text[:LONGEST_COPY])),
        lead=_weigh_lead(heading, sentences, lexicon),
        names=find_names(heading, sentences, lexicon),
        headline_figures=headline_figures,
        opening_figures=tuple(chain.from_iterable(text_figures[:2])),
        values=frozenset(figure.value for figure in every),
        tolls=frozenset((figure.counts, figure.value) for figure in every if figure.counts in TOLL_KINDS),
        quotes=find_quotes(text),
        agency=agency_of_text(text),
    )


def _weigh_lead(heading: list[str], sentences: Iterable[list[str]], lexicon: Lexicon) -> dict[str, float]:
    opening = list(islice(chain.from_iterable(sentences), STORY_LEAD_WORDS))
    weights = {f"{lexicon.code} {stem}": _stem_rarity(lexicon, stem) for stem in lexicon.count(opening)}
    return weights | {
        f"{lexicon.code} {stem}": TITLE_WORD_FACTOR * _stem_rarity(lexicon, stem) for stem in lexicon.count(heading)
    }


@lru_cache(maxsize=100_000)
def _stem_rarity(lexicon: Lexicon, stem: str) -> float:
    """What a stem says: 0 where every article has it, about 7 where hardly any has.

    By the language in general, not by what the archive has seen: else a story would look different after a restart.
    """
    return max(0.0, -log(lexicon.article_share(stem) + 0.0005))


def _hash_shingles(words: Sequence[str]) -> frozenset[int]:
    # Not hash(): it differs from process to process, and a story must not.
    triples = zip(words, words[1:], words[2:], strict=False)
    return frozenset(crc32(" ".join(triple).encode("utf-8", "replace")) for triple in triples)


def strip_outlet_name(title: str) -> str:
    """`Truce holds for a second day - Daily Planet` without its last part."""
    title = title[:LONGEST_TITLE]
    found = _TITLE_WITH_OUTLET.match(title)
    if not found or len(found["outlet"].split()) > LONGEST_OUTLET:
        return title
    return found["title"] if len(found["title"].split()) >= SHORTEST_TITLE else title


def _address_identity(url: str) -> str:
    """An address as identity; empty for a front page, which some sites name as every page's canonical address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    if not path and not parts.query:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{path}?{parts.query}" if parts.query else f"{host}{path}"
