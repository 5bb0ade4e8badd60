"""Countries in many words: one stem each, and no other word's."""

from __future__ import annotations

import pytest

from monitor.match import Background, Matcher
from monitor.model import Article, Example, Seed, Topic
from monitor.text.countries import country_words
from monitor.text.lexicon import load_lexicon

LANGUAGES = ("en", "de", "fr", "es", "it", "pl", "ru", "uk")
TOO_COMMON = 1e-2
"""No country is named as often as this in any language: its stem would be another word's."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_stands_for_two_countries(language):
    known = load_lexicon(language)
    stems: dict[str, set[str]] = {}
    for word, country in country_words(language):
        stems.setdefault(known.stem(known.bare(word.replace("-", ""))), set()).add(country)
    assert len(stems) > 250
    assert {stem: held for stem, held in stems.items() if len(held) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_country_is_a_usual_word(language):
    known = load_lexicon(language)
    common = [word for word, country in country_words(language) if known.frequency(country) > TOO_COMMON]
    assert common == []


@pytest.mark.parametrize(
    ("language", "words", "stem"),
    [
        ("en", "Russia Russian Russians Russia's", "=ru"),
        ("en", "US U.S. American USA", "=us"),
        ("de", "Russland russische russischen Russen", "=ru"),
        ("fr", "États-Unis américaine américains", "=us"),
        ("es", "Rusia rusos rusa", "=ru"),
        ("it", "Russia russi russa", "=ru"),
        ("pl", "Rosja Rosji rosyjski rosyjskiego Rosjanie", "=ru"),
        ("ru", "Россия России российский российского РФ", "=ru"),
        ("uk", "Росія Росії російський російського", "=ru"),
    ],
)
def test_all_words_of_a_country_are_one(language, words, stem):
    known = load_lexicon(language)
    assert {word: known.stems(word) for word in words.split()} == dict.fromkeys(words.split(), (stem,))


@pytest.mark.parametrize("word", ["turkey", "polish", "us", "states", "china"])
def test_english_words_in_small_letters_are_no_countries(word):
    assert not any(stem.startswith("=") for stem in load_lexicon("en").stems(word))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Russian troops crossed the river."),
        ("de", "Die russische Armee überquerte den Fluss."),
        ("pl", "Wojska rosyjskie przekroczyły rzekę."),
        ("uk", "Російські війська перейшли річку."),
    ],
)
def test_a_country_as_topic_is_found_in_every_language(language, text):
    example = Example("Harbour", "The harbour was closed.", "en")
    seed = Seed("harbour", "Harbour", (example,), (Topic("Russia", {"*": ("Russia",)}),))
    (decision,) = Matcher([seed], Background()).decide(Article("", "", text, language))
    assert decision.topics == ("Russia",)
