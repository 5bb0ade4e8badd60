"""What two languages share, by its sound: names, numbers, countries, and long words of one origin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.text.lexicon import Lexicon, load_lexicon
from monitor.text.names import TOO_COMMON_A_NAME, heard_names, strip_case_ending
from monitor.text.sounds import reduce_to_consonants

COGNATE_SIGN = "~"
"""What the sound of a word that is no name begins with."""

COGNATE_CONSONANTS = 4
"""Consonants at the beginning of a word that languages share; what follows is each language's own."""

COGNATE_LETTERS = 6
"""Letters of a word that may be shared: shorter ones sound alike by chance."""


def heard_words(tokens: Sequence[str], language: str) -> dict[str, list[tuple[str, int]]]:
    """What of a text another language may share, by its sound, each with the stems that sound so and how often.

    These are names and numbers, countries in whatever word (`russisch` is heard as `=ru`), and long words that begin
    alike.
    """
    lexicon = load_lexicon(language)
    countries = {token: country for token in dict.fromkeys(tokens) if (country := lexicon.country(token))}
    words = heard_names([token for token in tokens if token not in countries], language)
    for country, times in Counter(countries[token] for token in tokens if token in countries).items():
        words[country] = [(country, times)]
    for token, times in Counter(tokens).items():
        if token not in countries and (cognate := _cognate_sound(token, lexicon)):
            words.setdefault(cognate, []).append((lexicon.stem(lexicon.bare(token)), times))
    return words


def _cognate_sound(token: str, lexicon: Lexicon) -> str | None:
    """What a long word sounds like at its beginning: Patient, paciente and пациент; None for what is no such word."""
    word = strip_case_ending(token, lexicon)
    if (
        len(word) < COGNATE_LETTERS
        or not word.isalpha()
        or lexicon.frequency(lexicon.stem(lexicon.bare(token))) >= TOO_COMMON_A_NAME
    ):
        return None
    heard = reduce_to_consonants(word)
    return COGNATE_SIGN + heard[:COGNATE_CONSONANTS] if len(heard) >= COGNATE_CONSONANTS else None
