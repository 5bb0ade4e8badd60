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


def test_eight_is_not_the_eighth_in_german():
    """The one word that both begin with."""
    assert counted("Acht Tote bei einem Brand", "de") == [("8", "dead")]
    assert counted("Der achte Tag, am achten Ort", "de") == [("8", "nth"), ("8", "nth")]


def printed(sentence: str, language: str = "en") -> list[str]:
    """The numbers of a sentence as people are told them."""
    tokens = tokenise_text(join_numbers(sentence, language))
    return [figure.printed for figure in find_figures(tokens, load_lexicon(language))]


@pytest.mark.parametrize(
    ("language", "sentence", "told"),
    [
        ("en", "Flood costs 61 herds their grass", ["61 herds"]),
        ("en", "Sixty people died in the flood", ["sixty dead"]),
        ("en", "12 people were badly injured", ["12 hurt"]),
        ("en", "Of 450 of the islanders none came", ["450"]),
        ("en", "It costs them 450", ["450"]),
        ("en", "A quake of 7.2 and a loss of 4,000 hens", ["7.2", "4,000 hens"]),
        ("en", "4 500 herds and 4\u00a0500\u202f000 hens", ["4500 herds", "4500000 hens"]),
        ("de", "EU beschließt 13. Paket", ["13th Paket"]),
        ("de", "Am 13. kam ein Paket", ["13 kam"]),
        ("en", "The 13. Paket", ["13 Paket"]),
    ],
)
def test_a_number_is_told_with_what_it_counts(language, sentence, told):
    assert printed(sentence, language) == told


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "4,000 hens", "4.000 hens"),
        ("en", "4000 hens", "4,000 hens"),
        ("en", "7.2 metres", "7,2 metres"),
        ("en", "1,234,567 hens", "1234567 hens"),
        ("de", "zwanzig Hennen", "20 Hennen"),
        ("en", "two hens", "2 hens"),
        ("en", "thirty hens", "30 hens"),
        ("en", "hundred hens", "100 hens"),
        ("fr", "quatre-vingts poules", "80 poules"),
        ("en", "second hen", "2nd hen"),
        ("de", "zwanzigste Henne", "20. Henne"),
    ],
)
def test_a_number_is_one_however_it_is_written(language, one, other):
    assert counted(one, language) == counted(other, language) != []


@pytest.mark.parametrize(
    ("language", "sentence", "found"),
    [
        ("en", "The toll of the quake in Tarrawa has now risen to 23", [("23", "dead")]),
        ("en", "The toll of the quake in Tarrawa now is 23", [("23", "")]),
        ("en", "killed at least, they say, 23", [("23", "")]),
        ("en", "killed, it seems, at least 23", [("23", "dead")]),
        ("en", "The blast killed 5 hens", [("5", "hen")]),
        ("en", "The blast killed 5 people", [("5", "dead")]),
        ("en", "The blast killed 5 of the captains", [("5", "dead")]),
        ("en", "23 people were brought dead", [("23", "dead")]),
        ("en", "23 people were taken out dead", [("23", "peopl")]),
        ("en", "Two wounded die in hospital", [("2", "dead")]),
        ("en", "Two wounded and three dead", [("2", "hurt"), ("3", "dead")]),
        ("en", "dead: 23 and 5 wounded", [("23", "dead"), ("5", "hurt")]),
        ("en", "The dead were found in 23 villages", [("23", "villag")]),
        ("en", "The 5th died", [("5", "nth")]),
        ("en", "5 lives were lost", [("5", "dead")]),
        ("de", "Die 5 Kinder sind wieder da", [("5", "kind")]),
    ],
)
def test_the_dead_are_counted_by_a_number_that_stands_by_them(language, sentence, found):
    """Four words away at most; further only where the toll rises to it; and not when it counts something else."""
    assert counted(sentence, language) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("the Boreas 7 flies", [("7", "no boreas")]),
        ("the Boreas seven flies", [("7", "fli")]),
        ("the boreas 7 flies", [("7", "fli")]),
        ("Rocket 7 flies", [("7", "fli")]),
        ("7 Boreas rockets", [("7", "borea")]),
        ("450 of many islanders", [("450", "mani")]),
        ("450 of the many", [("450", "")]),
    ],
)
def test_a_number_counts_what_comes_next_unless_it_names_its_thing(sentence, found):
    assert counted(sentence) == found


@pytest.mark.parametrize(
    "text",
    [
        *(
            "She is aged 34",
            "A man of 34 came",
            "Ein 34-jähriger Mann",
            "In 1999 nothing happened",
            "In 2026 it ends",
        ),
        *("eighteen Thousand hens", "Seventy thousand came"),
    ],
)
def test_ages_years_and_round_thousands_are_left_out(text):
    assert counted(text) == []


@pytest.mark.parametrize("text", ["18 thousand hens", "A crew of 34", "2150 hens", "26 hens", "20 hens", "1850 hens"])
def test_what_only_looks_like_an_age_a_year_or_a_round_thousand_counts(text):
    assert len(counted(text)) == 1


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
    assert find_quotes(f"{quote} chairman {surname}")[0].speaker == surname[: 60 - len("said the chairman ")]
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
