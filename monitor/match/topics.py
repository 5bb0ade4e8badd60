"""Where an article speaks of a seed's topics: whole words, in any form, as phrases, near each other.

What a token may begin is worked out once and remembered, so that a text is scanned with one look-up a word,
however many seeds there are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from monitor.match.examples import home_language
from monitor.match.proximity import TokenSpan, find_linked_spans
from monitor.model import ANY_LANGUAGE, Seed, Topic
from monitor.text.lexicon import REMEMBERED_SURFACES, Lexicon, load_lexicon
from monitor.text.sounds import sounds_of_name
from monitor.text.terms import ParsedTerm, parse_term
from monitor.text.words import fold_surface, is_acronym, is_capitalised, split_hyphens, tokenise_text

_ACRONYM_ENDING = re.compile("(?<=[^\\W\\d_a-z]{2})['’ʼ]?s$")
BORDER = "\n"
"""A token no term holds: it keeps phrases from reaching across the end of a title."""

SHORTEST_COMPOUND = 7
"""Letters that a word needs to be looked for in two pieces, too."""

SHORTEST_PIECE = 3
"""Letters that either piece has at least."""

TOO_COMMON_A_PIECE = 1e-3
"""`the rapist` is no therapist: a word this frequent stands for itself, and is no half of another."""

TokenKey = tuple[str, str]
"""How a token is recognised: ("stem", …), ("caps", …) for an acronym, ("start", …) for `ceasefir*`
or, across languages, ("sound", …)."""


@dataclass(frozen=True, slots=True)
class _Term:
    """One term of one topic of one seed, with the language it is written in."""

    seed: int
    topic: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A term found among the tokens of a text."""

    term: _Term
    start: int
    """The number of its first token."""
    end: int
    parts: tuple[TokenSpan, ...] = ()
    """For phrases near each other: where each stands."""

    @property
    def marks(self) -> tuple[TokenSpan, ...]:
        """The tokens to show: those of its phrases, without what lies between them."""
        return self.parts or ((self.start, self.end),)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One of several phrases that make a term when they stand near each other."""

    linked: int
    """The number of its term among those with links: its place in `TermFinder._linked_terms`."""
    position: int
    """Which of that term's phrases it is."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Keys of neighbouring tokens, and the terms they stand for."""

    keys: tuple[TokenKey, ...]
    terms: list[_Term | _Phrase]
    tail: str = ""
    """Where one key is met in two tokens: what is left of its word for the second."""


def terms_of_seed(seed: Seed, number: int) -> Iterator[_Term]:
    """All terms of a seed; those for every language count as written in the language of its example."""
    home = home_language(seed)
    for position, topic in enumerate(seed.topics):
        for language, texts in topic.terms.items():
            for text in texts:
                yield _Term(number, position, text, home if language == ANY_LANGUAGE else language)


def holds_everywhere(topic: Topic, text: str) -> bool:
    """Whether a term of a topic was given for every language."""
    return text in topic.terms.get(ANY_LANGUAGE, ())


class TermFinder:
    """Finds the terms of many seeds in texts of one language."""

    def __init__(self, language: str, seeds: Sequence[Seed]) -> None:
        self._lexicon: Lexicon = load_lexicon(language)
        self._patterns: dict[tuple[TokenKey, ...], _Pattern] = {}
        self._begun_by: dict[TokenKey, list[_Pattern]] = defaultdict(list)
        """Key → the patterns whose first key it is."""
        self._heads: dict[str, list[_Pattern]] = defaultdict(list)
        """First piece of a word that may be written as two → its patterns, each with the other piece as `tail`."""
        self._beginnings: dict[str, tuple[_Pattern, ...]] = {}
        """Token as printed → all patterns that may begin with it, as worked out when it was first met."""
        self._linked_terms: list[tuple[_Term, ParsedTerm]] = []
        for number, seed in enumerate(seeds):
            for term in terms_of_seed(seed, number):
                self._add(term, everywhere=holds_everywhere(seed.topics[term.topic], term.text))

    def _add(self, term: _Term, *, everywhere: bool) -> None:
        spelled = parse_term(term.text)
        here = everywhere or term.language == self._lexicon.code
        if not spelled.links:
            self._add_phrase(term.text, term.language, term, here=here)
            return
        for position, phrase in enumerate(spelled.phrases):
            self._add_phrase(phrase, term.language, _Phrase(len(self._linked_terms), position), here=here)
        self._linked_terms.append((term, spelled))

    def _add_phrase(self, text: str, language: str, term: _Term | _Phrase, *, here: bool) -> None:
        """Look for a phrase: as written where it holds here, by its sound where it comes from elsewhere."""
        tokens = _term_tokens(text)
        if tokens and here:
            self._register(tuple(self._key(token, language) for token in tokens), term)
            self._register_compound(tokens, language, term, hyphened="-" in text)
        if tokens and language != self._lexicon.code and all(is_capitalised(token) for token in tokens):
            heard = [sounds_of_name(token.rstrip("*"), language) for token in tokens]
            for sounds in product(*heard):
                self._register(tuple(("sound", sound) for sound in sounds), term)

    def _key(self, token: str, language: str) -> TokenKey:
        if token.endswith("*"):
            return "start", fold_surface(token.rstrip("*"))
        if country := load_lexicon(language).country(token):
            return "stem", country
        if is_acronym(token):
            return "caps", _acronym_letters(token)
        return "stem", self._lexicon.stem(self._lexicon.bare(token))

    def _register(self, keys: tuple[TokenKey, ...], term: _Term | _Phrase) -> _Pattern:
        pattern = self._patterns.get(keys)
        if pattern is None:
            pattern = self._patterns[keys] = _Pattern(keys, [])
            self._begun_by[keys[0]].append(pattern)
        if term not in pattern.terms:
            pattern.terms.append(term)
        return pattern

    def _register_compound(
        self, tokens: Sequence[str], language: str, term: _Term | _Phrase, *, hyphened: bool
    ) -> None:
        """Cease-fire, cease fire and ceasefire are one word, whichever was typed."""
        word = "".join(self._lexicon.bare(token.rstrip("*")) for token in tokens)
        kinds = {self._key(token, language)[0] for token in tokens[:-1]} | {"stem"}
        last = self._key(tokens[-1], language)[0]
        is_one_word = len(tokens) == 1 or (len(tokens) == 2 and (hyphened or self._lexicon.knows(word)))  # noqa: PLR2004
        if (
            not is_one_word
            or kinds != {"stem"}
            or last == "caps"
            or len(word) < SHORTEST_COMPOUND
            or not word.isalpha()
        ):
            return
        whole = self._register(((last, word if last == "start" else self._lexicon.stem(word)),), term)
        for cut in range(SHORTEST_PIECE, len(word) - SHORTEST_PIECE + 1):
            divided = _Pattern(whole.keys, whole.terms, word[cut:])
            if divided not in self._heads[word[:cut]]:
                self._heads[word[:cut]].append(divided)

    def find(self, tokens: Sequence[str]) -> Iterator[Mention]:
        """Every mention of every term: in the order of the text, then what is near each other."""
        beginnings = self._beginnings
        phrases: dict[int, dict[int, list[TokenSpan]]] = {}
        for place, token in enumerate(tokens):
            begun = beginnings.get(token)
            if begun is None:
                begun = self._remember(token)
            for pattern in begun:
                end = self._end_of(pattern, tokens, place)
                if end:
                    for term in pattern.terms:
                        if isinstance(term, _Term):
                            yield Mention(term, place, end)
                        else:
                            phrases.setdefault(term.linked, {}).setdefault(term.position, []).append((place, end))
        if phrases:
            yield from self._near(phrases, tokens)

    def _near(self, phrases: Mapping[int, Mapping[int, list[TokenSpan]]], tokens: Sequence[str]) -> Iterator[Mention]:
        borders = [place for place, token in enumerate(tokens) if token == BORDER]
        for linked, places in phrases.items():
            term, spelled = self._linked_terms[linked]
            if len(places) == len(spelled.phrases):
                ordered = [sorted(set(places[position])) for position in range(len(places))]
                for parts in find_linked_spans(spelled.links, ordered, borders):
                    yield Mention(term, min(parts)[0], max(end for _, end in parts), tuple(sorted(parts)))

    def _remember(self, token: str) -> tuple[_Pattern, ...]:
        if len(self._beginnings) >= REMEMBERED_SURFACES:
            self._beginnings.clear()
        by_key = [pattern for key in self._keys(token) for pattern in self._begun_by.get(key, ())]
        by_head = self._heads.get(fold_surface(token), ()) if token != BORDER else ()
        begun = self._beginnings[token] = (*by_key, *by_head)
        return begun

    def _keys(self, token: str) -> Iterator[TokenKey]:
        """All that a token may be recognised by."""
        if token == BORDER:
            return
        word = self._lexicon.bare(token)
        yield "stem", self._lexicon.stem(word)
        if country := self._lexicon.country(token):
            yield "stem", country
        yield "caps", _acronym_letters(token)
        for length in range(1, len(word) + 1):
            yield "start", word[:length]
        if is_capitalised(token):
            for sound in sounds_of_name(token, self._lexicon.code):
                yield "sound", sound

    def _end_of(self, pattern: _Pattern, tokens: Sequence[str], place: int) -> int:
        """The number of the token after the pattern's last, when it stands at this place; else 0."""
        if pattern.tail:
            if tokens[place + 1 : place + 2] and tokens[place + 1][0].casefold() != pattern.tail[0]:
                return 0  # as it mostly is
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
        head, tail = fold_surface(pair[0]), self._lexicon.bare(pair[1])
        kind, word = pattern.keys[0]
        fits = (head + tail).startswith(word) if kind == "start" else self._lexicon.stem(head + tail) == word
        return fits and not (self._is_common(head) or self._is_common(tail))

    def _is_common(self, word: str) -> bool:
        return bool(word) and self._lexicon.frequency(self._lexicon.stem(word)) > TOO_COMMON_A_PIECE


def _acronym_letters(token: str) -> str:
    """An acronym without points, plural or possessive ending: EU of E.U., EU's and ＥＵ, NGO of NGOs."""
    letters = unicodedata.normalize("NFKC", token).replace(".", "")
    return _ACRONYM_ENDING.sub("", letters)


def _term_tokens(text: str) -> list[str]:
    """The tokens of a term; the one before a `*` keeps it."""
    tokens: list[str] = []
    for chunk in text.split():
        found = [piece for token in tokenise_text(chunk) for piece in split_hyphens(token)]
        if found and chunk.endswith("*"):
            found[-1] += "*"
        tokens += found
    return tokens
