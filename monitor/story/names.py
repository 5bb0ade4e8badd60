"""The names in an article, by their sound, so that Lekov, Lekow and Леков are one.

Stricter than the matcher's ear where it matters: two reports that name different people or places are not merged,
so a noun that only looks like a name must not pass for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from monitor.story.wordlists import BEFORE_GERMAN_NAMES, CALENDAR_NAMES, JOINING, PLACING
from monitor.text.lexicon import Lexicon
from monitor.text.names import heard_names
from monitor.text.words import fold_surface, is_capitalised, is_possessive, split_all_hyphens

LEAD_SENTENCES = 3
"""Sentences of a text whose names say what its news is; those further down are background that all reports share."""

TITLE_CASE_SHARE = 0.6
"""So large a share of capitalised words makes a headline in title case: there, capitals say nothing."""

_GERMAN_NOUN_ENDING = re.compile("(?:ung|heit|keit|schaft|tion|nis|ismus|ungen|chen)$")


@dataclass(frozen=True, slots=True)
class ArticleNames:
    """The names of one article, each by its sound."""

    lead: frozenset[str]
    """Those of headline and lead that are hardly anything else."""
    lead_maybe: frozenset[str]
    """Whatever has a capital there."""
    maybe: frozenset[str]
    """Whatever has a capital in all of the text: where it is looked up whether a name is there at all."""
    title: tuple[str, ...]
    """The headline's, in their order."""
    title_actors: tuple[str, ...]
    """Those of the headline that may be the ones who act: no places, no pairs."""
    opening_actors: tuple[str, ...]
    """The same of the text's first sentence, without possessives: these tell who somebody is, before or behind it."""
    opening: frozenset[str]
    """All of the headline and the first sentence."""


@dataclass(frozen=True, slots=True)
class _Capital:
    """A capitalised token, and what it may be."""

    token: str
    surely: bool
    """It is hardly anything but a name."""
    acts: bool
    """It may be the one who acts: a sure name, not behind `in` or `from`, not joined to another by `and`."""
    owns: bool
    """It is a possessive: `Brell's ambassador`."""


def find_names(headline: Sequence[str], sentences: Iterable[Sequence[str]], lexicon: Lexicon) -> ArticleNames:
    """The names among the tokens of a headline and of the sentences below it."""
    split = [split_all_hyphens(list(sentence)) for sentence in sentences]
    small = {
        fold_surface(token) for token in {token for sentence in split for token in sentence} if token[0].islower()
    }
    proper = {fold_surface(token) for sentence in split for token in sentence[1:] if is_capitalised(token)} - small
    title = list(_capitalised_tokens(split_all_hyphens(list(headline)), lexicon, proper, small))
    body = [list(_capitalised_tokens(sentence, lexicon, proper, small)) for sentence in split]
    opening = body[0] if body else []
    lead = [*title, *chain.from_iterable(body[:LEAD_SENTENCES])]
    code = lexicon.code
    return ArticleNames(
        lead=frozenset(_distinct_sounds((capital for capital in lead if capital.surely), code)),
        lead_maybe=frozenset(_distinct_sounds(lead, code)),
        maybe=frozenset(_distinct_sounds(chain(title, *body), code)),
        title=_distinct_sounds((capital for capital in title if capital.surely), code),
        title_actors=_distinct_sounds((capital for capital in title if capital.acts), code),
        opening_actors=_distinct_sounds((capital for capital in opening if capital.acts and not capital.owns), code),
        opening=frozenset(_distinct_sounds([*title, *opening], code)),
    )


def _distinct_sounds(capitals: Iterable[_Capital], language: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for capital in capitals:
        found |= dict.fromkeys(_name_sounds(capital.token, language))
    return tuple(found)


def _capitalised_tokens(
    tokens: Sequence[str], lexicon: Lexicon, proper: set[str], small: set[str]
) -> Iterator[_Capital]:
    """The capitalised tokens that may be names.

    `small` are the words that the text has without a capital anywhere, `proper` those that it has with one inside a
    sentence and never without.
    """
    places = [place for place, token in enumerate(tokens) if is_capitalised(token) and len(token) > 1]
    is_title_case = len(tokens) > 3 and len(places) >= TITLE_CASE_SHARE * len(tokens)  # noqa: PLR2004
    for place in places:
        token = tokens[place]
        word = fold_surface(token)
        if word in CALENDAR_NAMES or word in small:
            continue
        if lexicon.code == "de":
            surely = _is_german_name(tokens, place, lexicon)
        else:
            surely = bool(place and not is_title_case) or word in proper or not lexicon.knows(lexicon.bare(token))
        yield _Capital(token, surely, surely and _may_act(tokens, place), is_possessive(token))


def _may_act(tokens: Sequence[str], place: int) -> bool:
    before = fold_surface(tokens[place - 1]) if place else ""
    after = fold_surface(tokens[place + 1]) if place + 1 < len(tokens) else ""
    return not (before in PLACING or {before, after} & JOINING)


def _is_german_name(tokens: Sequence[str], place: int, lexicon: Lexicon) -> bool:
    """Every German noun has a capital, but few stand beside another, or right behind such a preposition."""
    token = tokens[place]
    if _GERMAN_NOUN_ENDING.search(token):
        return False
    before = tokens[place - 1] if place else ""
    after = tokens[place + 1] if place + 1 < len(tokens) else ""
    beside = (place > 1 and before[:1].isupper()) or after[:1].isupper()
    return beside or fold_surface(before or "-") in BEFORE_GERMAN_NAMES or not lexicon.knows(lexicon.bare(token))


@lru_cache(maxsize=20_000)
def _name_sounds(token: str, language: str) -> tuple[str, ...]:
    return tuple(sound for sound in heard_names([token], language) if not sound[0].isdigit())
