"""What stories are compared by: numbers, names, quotes, agencies, families."""

from __future__ import annotations

import pytest

from monitor.model import Article, Entry, Reading
from monitor.story import StoryTracker
from monitor.story.figures import find_figures, join_numbers
from monitor.story.names import ArticleNames, find_names
from monitor.story.outlets import agency_of_text, domain_of_host
from monitor.story.quotes import Quote, find_quotes
from monitor.text.lexicon import load_lexicon
from monitor.text.words import tokenise_text
from tests.alerts import HOSTILE
from tests.build import NOON


def counted(text: str, language: str = "en") -> list[tuple[str, str]]:
    """The numbers of a sentence with what they count."""
    tokens = tokenise_text(join_numbers(text, language))
    return [(figure.value, figure.counts) for figure in find_figures(tokens, load_lexicon(language))]


@pytest.mark.parametrize(
    ("language", "sentence", "value"),
    [
        ("en", "Toll of Tarrawa quake rises to 23", "23"),
        ("en", "The quake killed at least five people", "5"),
        ("en", "Sixty people died in the flood", "60"),
        ("en", "1,407 confirmed dead after the tsunami", "1407"),
        ("en", "The death toll across the islands is at least 25 people", "25"),
        ("de", "Zahl der Toten nach Erdbeben in Tarrawa steigt auf 61", "61"),
        ("de", "Mindestens 1.200 Menschen getötet", "1200"),
        ("fr", "Séisme à Senda : le bilan s'élève à 1 180 morts", "1180"),
        ("ru", "При ударе погибли восемь человек", "8"),
        ("uk", "Загинули троє людей, поранено 12", "12"),
    ],
)
def test_the_dead_and_the_hurt_are_counted_in_each_language(language, sentence, value):
    assert value in {found for found, counts in counted(sentence, language) if counts in ("dead", "hurt")}


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Union agrees on 13th package of sanctions"),
        ("en", "Drone parts targeted in thirteenth round"),
        ("de", "EU beschließt 13. Sanktionspaket"),
        ("de", "EU beschließt dreizehntes Sanktionspaket"),
        ("fr", "Treizième paquet de sanctions"),
        ("fr", "Un 13e paquet de sanctions"),
        ("ru", "Совет принял 13-й пакет санкций"),
    ],
)
def test_ordinals_are_one_in_digits_and_in_words(language, title):
    assert counted(title, language) == [("13", "nth")]


def test_a_number_behind_a_name_belongs_to_it():
    assert counted("Rocket Boreas 7 reaches orbit") == [("7", "no boreas")]


@pytest.mark.parametrize(
    "text", ["A woman of 34 was saved", "A 34-year-old was saved", "Elections in 2026", "Eighteen thousand hens"]
)
def test_ages_years_and_thousands_in_words_count_nothing(text):
    assert counted(text) == []


def heard(headline: str, text: str, language: str = "en") -> ArticleNames:
    sentences = [tokenise_text(sentence) for sentence in text.split(". ")]
    return find_names(tokenise_text(headline), sentences, load_lexicon(language))


def test_names_are_one_in_every_spelling():
    english = heard("Lekov rejects truce", "Foreign minister Boris Lekov spoke in Dolna")
    german = heard("Lekow lehnt Waffenruhe ab", "Außenminister Boris Lekow sprach in Dolna", "de")
    russian = heard("Леков отверг перемирие", "Министр Борис Леков выступил в Дольне", "ru")
    assert english.title == german.title == russian.title
    assert english.lead & german.lead & russian.lead >= set(english.title)


def test_headlines_in_title_case_name_only_whom_the_text_names():
    found = heard("Ferry Captains Call Off Strike On Sandholm", "The captains of Sandholm have ended their strike")
    assert found.title == heard("Sandholm strike", "").title[:1]


def test_the_first_word_is_a_name_when_the_text_says_so():
    """`Olsen` is a word of general use, by its frequency; further down it keeps its capital."""
    accused = heard("Olsen accuses Tarnov", "The Union's envoy Marta Olsen accused Oleg Tarnov")
    assert len(accused.title_actors) == 2


def test_places_and_pairs_do_not_act():
    assert heard("Shelling near Dolna", "Shells fell near Dolna").title_actors == ()
    assert heard("Varga and Lekov to meet", "Elena Varga and Boris Lekov meet").title_actors == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“The guns can be silent today,” said Elena Varga.", Quote("The guns can be silent today", "Elena Varga")),
        ('"The guns can be silent today," Varga said.', Quote("The guns can be silent today", "Varga")),
        ("„Die Waffen können heute schweigen“, sagte Varga.", Quote("Die Waffen können heute schweigen", "Varga")),
        ("« Les armes peuvent se taire », a dit Varga.", Quote("Les armes peuvent se taire", "Varga")),
        ("«Пушки могут замолчать сегодня», заявила Варга.", Quote("Пушки могут замолчать сегодня", "Варга")),
        (
            "«Пушки могут замолчать сегодня», сказал Варга на митинге.",
            Quote("Пушки могут замолчать сегодня", "Варга"),
        ),
        ("«Зброя може змовкнути сьогодні», сказав тоді Варга.", Quote("Зброя може змовкнути сьогодні", "Варга")),
        ("“The guns can be silent today.” She left.", Quote("The guns can be silent today.")),
    ],
)
def test_quotes_are_found_with_their_speaker(text, found):
    assert find_quotes(text) == (found,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"Yes," he said on his way. "We shall go there today," she added.', ["We shall go there today"]),
        ('"No," he said. The talks went on until the evening. "Never."', []),
        ('She said: "The guns can be silent today" and left. "All of them, and for good," he said.',
         ["The guns can be silent today", "All of them, and for good"]),
        ('"The guns can be silent.\n"They can be silent for good," Varga said.', ["They can be silent for good"]),
        ('A 12" screen stood in the hall of the town, and a 14" one behind.', []),
        ('("The guns can be silent today")', ["The guns can be silent today"]),
        ('„Die Waffen können heute schweigen", sagte sie. „Alle und für immer", sagte er, „und zwar bald."',
         ["Die Waffen können heute schweigen", "Alle und für immer"]),
    ],
)  # fmt: skip
def test_what_lies_between_two_quotes_is_none(text, words):
    assert [quote.words for quote in find_quotes(text)] == words


@pytest.mark.parametrize(("words", "is_quote"), [(3, False), (4, True), (40, True), (41, False)])
def test_a_quote_is_longer_than_a_name_and_shorter_than_a_speech(words, is_quote):
    said = " ".join(["peace"] * words)
    assert find_quotes(f"“{said}”") == ((Quote(said),) if is_quote else ())


def test_a_quote_is_told_without_what_its_sentence_puts_around_it():
    assert find_quotes("«  Les armes peuvent se taire,  »") == (Quote("Les armes peuvent se taire"),)
    assert find_quotes("“ The guns can be silent today,” he said.") == (Quote("The guns can be silent today"),)


def test_a_speaker_stands_right_behind_the_quote():
    quote, surname = "“The guns can be silent today,” said the", "Varga" + "v" * 60
    assert find_quotes(f"{quote} chairman {surname}")[0].speaker == surname[: 60 - len(" said the chairman ")]
    assert find_quotes(f"{quote} 王毅的发言人")[0].speaker == ""


def test_a_word_in_inverted_commas_is_no_quote():
    assert find_quotes("The “special operation” went on.") == ()


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("BRELL (Reuters) - Customs officers boarded", "reuters.com"),
        ("KYIV, Nov 3 (Ukrinform) The ministry", "ukrinform.ua"),
        ("AP — The ministry", "apnews.com"),
        ("Berlin (dpa) – Das Ministerium", "dpa.com"),
        ("Berlin (AFP/dpa) – Das Ministerium", "afp.com"),
        ("МОСКВА, 3 ноября. /ТАСС/. Министерство", "tass.ru"),
        ("Interfax-Ukraine. The ministry", None),
        ("The ministry told Reuters on Monday", None),
        ("The baby ate its (pap) and slept", None),
        ("x" * 130 + " (Reuters)", None),
    ],
)
def test_an_agency_signs_at_the_start(text, family):
    assert agency_of_text(text) == family


def test_an_agencys_other_domains_are_its_family():
    assert domain_of_host("tass.com") == domain_of_host("tass.ru") == "tass.ru"


@pytest.mark.parametrize("language", ["en", "de", "uk", "xx", None])
def test_no_text_is_too_odd_to_be_placed(language):
    tracker = StoryTracker()
    for number, text in enumerate(HOSTILE):
        odd = Article(f"https://[{text}", text, f"{text} 5 killed. \n{text}", language, canonical_url=text)
        reading = Reading(Entry(0, 1, str(number), None, text, source=text), odd)
        placed = tracker.place("odd", reading, NOON)
        tracker.add(placed.story, reading, NOON, relation=placed.relation)
        assert placed.relation in ("first", "copy", "report")
