"""Where an article speaks of a seed's topics: whole words, in any form, as phrases, in any hyphenation.

What a token may begin is worked out once and remembered, so that a text is scanned with one look-up a word,
however many seeds there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.match.examples import home_language
from monitor.match.names import is_capitalised, sound
from monitor.match.near import Near, Span, parse_near
from monitor.match.words import REMEMBERED, Lexicon, fold, is_acronym, lexicon, pieces, surfaces
from monitor.model import Seed, Topic

ANY = "*"
BORDER = "\n"
"""A token no term holds: it keeps phrases from reaching across the end of a title."""

SHORTEST_COMPOUND = 7
SHORTEST_PIECE = 3

Key = tuple[str, str]
"""How a token is recognised: ("stem", …), ("caps", …), ("start", …) or, across languages, ("sound", …)."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one topic of one seed, with the language it is written in."""

    seed: int
    topic: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A term found among the tokens of a text."""

    term: Term
    start: int
    """The number of its first token."""
    end: int


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a term with NEAR: the number of that term, and which side."""

    near: int
    right: bool


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Keys of neighbouring tokens, and the terms they stand for. Divided: one key, met in two tokens."""

    keys: tuple[Key, ...]
    terms: list[Term | _Side]
    divided: bool = False


def terms_of(seed: Seed, number: int) -> Iterator[Term]:
    """All terms of a seed; those for every language count as written in the language of its example."""
    home = home_language(seed)
    for position, topic in enumerate(seed.topics):
        for language, texts in topic.terms.items():
            for text in texts:
                yield Term(number, position, text, home if language == ANY else language)


def holds_everywhere(topic: Topic, text: str) -> bool:
    """Whether a term of a topic was given for every language."""
    return text in topic.terms.get(ANY, ())


class Finder:
    """Finds the terms of many seeds in texts of one language."""

    def __init__(self, language: str, seeds: Sequence[Seed]) -> None:
        self._lexicon: Lexicon = lexicon(language)
        self._patterns: dict[tuple[Key, ...], _Pattern] = {}
        self._begun_by: dict[Key, list[_Pattern]] = defaultdict(list)
        self._heads: dict[str, list[_Pattern]] = defaultdict(list)
        self._beginnings: dict[str, tuple[_Pattern, ...]] = {}
        self._nears: list[tuple[Term, Near]] = []
        for number, seed in enumerate(seeds):
            for term in terms_of(seed, number):
                self._add(term, everywhere=holds_everywhere(seed.topics[term.topic], term.text))

    def _add(self, term: Term, *, everywhere: bool) -> None:
        near = parse_near(term.text)
        if near is None:
            self._add_words(term.text, term.language, term, everywhere=everywhere)
            return
        self._nears.append((term, near))
        for right, words in enumerate((near.left, near.right)):
            side = _Side(len(self._nears) - 1, bool(right))
            self._add_words(words, term.language, side, everywhere=everywhere)

    def _add_words(self, text: str, language: str, term: Term | _Side, *, everywhere: bool) -> None:
        tokens = _term_tokens(text)
        at_home = language == self._lexicon.code
        if tokens and (at_home or everywhere):
            self._register(tuple(self._key(token) for token in tokens), term)
            self._register_compound(tokens, text, term)
        if tokens and not at_home and all(is_capitalised(token) for token in tokens):
            sounds = tuple(sound(token, language) for token in tokens)
            if all(sounds):
                self._register(tuple(("sound", heard) for heard in sounds), term)

    def _key(self, token: str) -> Key:
        if token.endswith("*"):
            return "start", fold(token.rstrip("*"))
        if is_acronym(token):
            return "caps", token.replace(".", "")
        return "stem", self._lexicon.stem(self._lexicon.bare(token))

    def _register(self, keys: tuple[Key, ...], term: Term | _Side) -> _Pattern:
        pattern = self._patterns.get(keys)
        if pattern is None:
            pattern = self._patterns[keys] = _Pattern(keys, [])
            self._begun_by[keys[0]].append(pattern)
        if term not in pattern.terms:
            pattern.terms.append(term)
        return pattern

    def _register_compound(self, tokens: Sequence[str], text: str, term: Term | _Side) -> None:
        """Cease-fire, cease fire and ceasefire are one word, whichever was typed."""
        word = "".join(self._lexicon.bare(token) for token in tokens)
        in_one = len(tokens) == 1 and self._key(tokens[0])[0] == "stem"
        in_two = len(tokens) == 2 and ("-" in text or self._lexicon.knows(word))  # noqa: PLR2004
        if not (in_one or in_two) or len(word) < SHORTEST_COMPOUND or not word.isalpha():
            return
        whole = self._register((("stem", self._lexicon.stem(word)),), term)
        for cut in range(SHORTEST_PIECE, len(word) - SHORTEST_PIECE + 1):
            divided = _Pattern(whole.keys, whole.terms, divided=True)
            if divided not in self._heads[word[:cut]]:
                self._heads[word[:cut]].append(divided)

    def find(self, tokens: Sequence[str]) -> Iterator[Mention]:
        """Every mention of every term, in the order of the text; those of terms with NEAR come last."""
        sides: dict[_Side, list[Span]] = defaultdict(list)
        for pattern, start, end in self._met(tokens):
            for term in pattern.terms:
                if isinstance(term, _Side):
                    sides[term].append((start, end))
                else:
                    yield Mention(term, start, end)
        for number in sorted({side.near for side in sides}):
            term, near = self._nears[number]
            left, right = sides[_Side(number, right=False)], sides[_Side(number, right=True)]
            yield from (Mention(term, start, end) for start, end in near.meetings(left, right))

    def _met(self, tokens: Sequence[str]) -> Iterator[tuple[_Pattern, int, int]]:
        """Every pattern that stands in the text, with its first token and the one after its last."""
        beginnings = self._beginnings
        for place, token in enumerate(tokens):
            begun = beginnings.get(token)
            if begun is None:
                begun = self._remember(token)
            for pattern in begun:
                end = self._end_of(pattern, tokens, place)
                if end:
                    yield pattern, place, end

    def _remember(self, token: str) -> tuple[_Pattern, ...]:
        if len(self._beginnings) >= REMEMBERED:
            self._beginnings.clear()
        by_key = [pattern for key in self._keys(token) for pattern in self._begun_by.get(key, ())]
        by_head = self._heads.get(fold(token), ()) if token != BORDER else ()
        begun = self._beginnings[token] = (*by_key, *by_head)
        return begun

    def _keys(self, token: str) -> Iterator[Key]:
        """All that a token may be recognised by."""
        if token == BORDER:
            return
        word = self._lexicon.bare(token)
        yield "stem", self._lexicon.stem(word)
        yield "caps", token.replace(".", "").removesuffix("'s").removesuffix("’s")
        for length in range(1, len(word) + 1):
            yield "start", word[:length]
        if is_capitalised(token):
            yield "sound", sound(token, self._lexicon.code)

    def _end_of(self, pattern: _Pattern, tokens: Sequence[str], place: int) -> int:
        """The number of the token after the pattern's last, when it stands at this place; else 0."""
        if pattern.divided:
            return place + 2 if self._joins_to(pattern, tokens[place : place + 2]) else 0
        end = place + len(pattern.keys)
        there = tokens[place + 1 : end]
        fits = len(there) == len(pattern.keys) - 1 and all(
            key in self._keys(token) for key, token in zip(pattern.keys[1:], there, strict=True)
        )
        return end if fits else 0

    def _joins_to(self, pattern: _Pattern, pair: Sequence[str]) -> bool:
        if len(pair) < 2 or BORDER in pair:  # noqa: PLR2004
            return False
        return ("stem", self._lexicon.stem(fold(pair[0]) + self._lexicon.bare(pair[1]))) == pattern.keys[0]


def _term_tokens(text: str) -> list[str]:
    """The tokens of a term; the one before a `*` keeps it."""
    tokens: list[str] = []
    for chunk in text.split():
        found = [piece for token in surfaces(chunk) for piece in pieces(token)]
        if found and chunk.endswith("*"):
            found[-1] += "*"
        tokens += found
    return tokens
