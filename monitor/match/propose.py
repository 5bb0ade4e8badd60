"""What a seed's own text offers: topics where its user named none, and other words for those with just a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import log

from monitor.match.background import Background
from monitor.match.examples import example_language, example_text
from monitor.model import ANY_LANGUAGE, Seed, Topic
from monitor.text.language import guess_language
from monitor.text.lexicon import Lexicon, load_lexicon
from monitor.text.terms import parse_term
from monitor.text.words import SMALL_LETTERS, fold_surface, strip_possessive, tokenise_text

MOST_PROPOSALS = 6
NAME_BONUS = 1.2
"""Names set subjects apart better than other rare words."""

LEAST_TIMES = 2
"""What a longer text says only once is not its subject."""

LONG_ENOUGH_WORDS = 120
"""Words from which a text can be expected to repeat its subject."""


_CAPITALISED_WORD = rf"[^\W\d_{SMALL_LETTERS}][^\W_]*(?:[-‐‑'’][^\W_]+)*"
_NAME_PARTICLE = r"(?:of|for|the|de|du|des|la|del|di|von|und|and|для|по)"
_FULL_NAME = re.compile(rf"{_CAPITALISED_WORD}(?:\s+(?:{_NAME_PARTICLE}\s+)?{_CAPITALISED_WORD})+")
_NAME_WITH_ABBREVIATION = re.compile(rf"({_FULL_NAME.pattern})\s+\(([^\W\d_a-z]{{2,10}})\)")
"""A name and its abbreviation: North Atlantic Treaty Organization (NATO)."""

LONGEST_NAME = 5
"""Words of a name that is proposed."""

SAME_BEGINNING = 6
"""Letters that a word shares with a term of which it may be another form."""


def propose_terms(seed: Seed, topic: Topic) -> tuple[str, ...]:
    """Other words for a topic that has no aliases, from the seed's text, for its user to take or leave.

    They are the fuller names that hold one of its terms, what an abbreviation stands for, and words that begin like
    a term but are no form of it. Nothing is looked for until its user adds it.
    """
    if topic.excluded or topic.proposed or topic.terms.keys() - {ANY_LANGUAGE}:
        return ()
    given = [term for term in topic.terms.get(ANY_LANGUAGE, ()) if not parse_term(term).links]
    found: dict[str, None] = {}
    for example in seed.examples:
        lexicon = load_lexicon(example_language(example))
        text = example_text(example)
        for term in given:
            found |= dict.fromkeys(
                [
                    *_fuller_names(term, text, lexicon),
                    *_expand_or_abbreviate(term, text),
                    *_words_beginning_alike(term, text, lexicon),
                ]
            )
    taken = {fold_surface(term) for term in given}
    return tuple(word for word in found if fold_surface(word) not in taken)[:MOST_PROPOSALS]


def _fuller_names(term: str, text: str, lexicon: Lexicon) -> Iterator[str]:
    held = {fold_surface(token) for token in tokenise_text(term)}
    for found in _FULL_NAME.finditer(text):
        words = [strip_possessive(word) for word in found.group().split()]
        if not lexicon.stems(words[0]):  # The, In, But
            words = words[1:]
        if len(words) <= LONGEST_NAME and held < {fold_surface(word) for word in words}:
            yield " ".join(words)


def _expand_or_abbreviate(term: str, text: str) -> Iterator[str]:
    for name, short in _NAME_WITH_ABBREVIATION.findall(text):
        if fold_surface(term) == fold_surface(short):
            yield name.removeprefix("The ")
        elif fold_surface(name).endswith(fold_surface(term)):
            yield short


def _words_beginning_alike(term: str, text: str, lexicon: Lexicon) -> Iterator[str]:
    word = lexicon.bare(term.rstrip("*"))
    if len(word) <= SAME_BEGINNING or not word.isalpha():
        return
    for token in tokenise_text(text):
        other = lexicon.bare(token)
        if other.startswith(word[:SAME_BEGINNING]) and lexicon.stem(other) != lexicon.stem(word) and token.islower():
            yield other


def propose_topics(seed_title: str, text: str, language: str | None) -> tuple[Topic, ...]:
    """A handful of topics, those that say most first, each with its word as printed; marked as proposed."""
    lexicon = load_lexicon(language or guess_language(text))
    tokens = tokenise_text(f"{seed_title}\n{text}")
    counts = lexicon.count(tokens)
    printed = _usual_printed_forms(lexicon, tokens)
    ranked = sorted(counts, key=lambda stem: (-_proposal_worth(lexicon, stem, counts[stem], printed[stem]), stem))
    least = LEAST_TIMES if len(tokens) >= LONG_ENOUGH_WORDS else 1
    chosen = [
        printed[stem]
        for stem in ranked
        if counts[stem] >= least and len(stem) > 1 and not stem[0].isdigit() and _is_rare_enough(lexicon, stem)
    ]
    return tuple(
        # A name is one in every language; a word is one in its own.
        Topic(word, {ANY_LANGUAGE if word[0].isupper() else lexicon.code: (word,)}, proposed=True)
        for word in chosen[:MOST_PROPOSALS]
    )


def _usual_printed_forms(lexicon: Lexicon, tokens: list[str]) -> dict[str, str]:
    """How each stem is mostly printed, in its base form where that occurs; in small letters if ever so."""
    forms: dict[str, Counter[str]] = {}
    for token in tokens:
        for stem in lexicon.stems(token):
            forms.setdefault(stem, Counter())[strip_possessive(token)] += 1
    return {stem: _best_form(seen) for stem, seen in forms.items()}


def _best_form(seen: Counter[str]) -> str:
    small = [form for form in seen if form == fold_surface(form)]
    return min(small or list(seen), key=lambda form: (-seen[form], len(form), form))


def _is_rare_enough(lexicon: Lexicon, stem: str) -> bool:
    """Rarer than one word in five thousand: said, year and people are in every story."""
    return lexicon.frequency(stem) < 2e-4  # noqa: PLR2004


def _proposal_worth(lexicon: Lexicon, stem: str, times: int, printed: str) -> float:
    worth = (1 + log(times)) * Background().idf(lexicon.code, stem)
    return worth * NAME_BONUS if printed[0].isupper() else worth
