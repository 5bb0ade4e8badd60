"""Topics for a seed whose user named none: what its text says often and others seldom do."""

from __future__ import annotations

import re
from collections import Counter
from math import log

from monitor.match.background import Background
from monitor.match.topics import ANY
from monitor.match.words import Lexicon, fold, guess_language, lexicon, surfaces
from monitor.model import Topic

MOST = 6
NAME_BONUS = 1.2
"""Names tell subjects apart better than other rare words."""

LEAST_TIMES = 2
"""What a longer text says only once is not its subject."""

LONG_ENOUGH = 120
"""Words from which a text can be expected to repeat its subject."""


def propose_topics(seed_title: str, text: str, language: str | None) -> tuple[Topic, ...]:
    """A handful of topics, the most telling first, each with its word as printed; marked as proposed."""
    known = lexicon(language or guess_language(text))
    tokens = surfaces(f"{seed_title}\n{text}")
    counts = known.count(tokens)
    printed = _printed(known, tokens)
    ranked = sorted(counts, key=lambda stem: (-_worth(known, stem, counts[stem], printed[stem]), stem))
    least = LEAST_TIMES if len(tokens) >= LONG_ENOUGH else 1
    chosen = [
        printed[stem]
        for stem in ranked
        if counts[stem] >= least and len(stem) > 1 and not stem[0].isdigit() and _is_telling(known, stem)
    ]
    return tuple(
        # A name is one in every language; a word is one in its own.
        Topic(word, {ANY if word[0].isupper() else known.code: (word,)}, proposed=True)
        for word in chosen[:MOST]
    )


def _printed(known: Lexicon, tokens: list[str]) -> dict[str, str]:
    """How each stem is mostly printed, in its base form where that occurs; in small letters if ever so."""
    forms: dict[str, Counter[str]] = {}
    for token in tokens:
        for stem in known.stems(token):
            forms.setdefault(stem, Counter())[_unpossessed(token)] += 1
    return {stem: _best_form(seen) for stem, seen in forms.items()}


def _best_form(seen: Counter[str]) -> str:
    small = [form for form in seen if form == fold(form)]
    return min(small or list(seen), key=lambda form: (-seen[form], len(form), form))


def _unpossessed(token: str) -> str:
    return re.sub(r"['’]s$", "", token)


def _is_telling(known: Lexicon, stem: str) -> bool:
    """Rarer than one word in five thousand: said, year and people are in every story."""
    return known.frequency(stem) < 2e-4  # noqa: PLR2004


def _worth(known: Lexicon, stem: str, times: int, printed: str) -> float:
    worth = (1 + log(times)) * Background().idf(known.code, stem)
    return worth * NAME_BONUS if printed[0].isupper() else worth
