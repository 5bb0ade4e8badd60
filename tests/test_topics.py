"""Terms: what each form of them finds, what it never finds, and what a topic does to a decision."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.match import Background, Matcher
from monitor.match.topics import BORDER, TermFinder
from monitor.model import Article, Decision, Example, Seed, Topic
from monitor.text.sounds import sounds_of_name
from monitor.text.terms import parse_term, problem_of_term, words_of_term
from monitor.text.words import split_all_hyphens, tokenise_text

TALKS = (
    "The ferry company and its captains have broken off talks over pay. Captain Ilse Borgen of the union said the "
    "ferries to Sandholm would stop on Friday. The company asked the islanders to stock up on food and medicine."
)
SMALL = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


def make_seed(*topics: Topic) -> Seed:
    return Seed("ferries", "Ferry talks fail", (Example("Ferry talks fail", TALKS, "en"),), topics)


def found(term: str, text: str, language: str = "en") -> list[str]:
    """The stretches of a text that a term is found as."""
    tokens = split_all_hyphens(tokenise_text(text))
    mentions = TermFinder(language, [make_seed(Topic("it", {"*": (term,)}))]).find(tokens)
    return list(dict.fromkeys(" ".join(tokens[one.start : one.end]) for one in mentions))


def decide(article: Article, *topics: Topic) -> Decision:
    return Matcher([make_seed(*topics)], Background()).decide(article)[0]


# --- near each other -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text", "as_found"),
    [
        ("Lavrov NEAR/3 ceasefire", "Lavrov rejects any new ceasefire", ["Lavrov rejects any new ceasefire"]),
        ("Lavrov NEAR/3 ceasefire", "A ceasefire? Not for Lavrov", ["ceasefire Not for Lavrov"]),
        ("Lavrov NEAR/3 ceasefire", "Lavrov left early, long before the ceasefire", []),
        ("Lavrov NEAR/3 ceasefire", "Lavrov's cease-fires", ["Lavrov's cease fires"]),
        ("Lavrov ONEAR/3 ceasefire", "A ceasefire? Not for Lavrov", []),
        ("Lavrov ONEAR/3 reject*", "Lavrov flatly rejected it", ["Lavrov flatly rejected"]),
        (
            "foreign minister NEAR/2 peace talk*",
            "peace talks, foreign ministers say",
            ["peace talks foreign ministers"],
        ),
        ("a1b NEAR/1 c1d NEAR/1 e1f", "c1d a1b x e1f", ["c1d a1b x e1f"]),
        ("war NEAR/5 war", "one war only", []),
        ("war NEAR/5 war", "war upon war", ["war upon war"]),
        ("EU NEAR/2 sanctions", "the EU's new sanctions on eu", ["EU's new sanctions"]),
    ],
)
def test_phrases_are_found_near_each_other(term, text, as_found):
    assert found(term, text) == as_found


def test_names_near_each_other_are_heard_in_other_alphabets():
    assert found("Lavrov NEAR/3 Erdogan", "Лавров позвонил Эрдогану", "ru") == ["Лавров позвонил Эрдогану"]


def test_a_title_is_not_near_its_text():
    tokens = ["Lavrov", BORDER, "ceasefire"]
    assert list(TermFinder("en", [make_seed(Topic("it", {"*": ("Lavrov NEAR/9 ceasefire",)}))]).find(tokens)) == []


def test_only_the_words_themselves_are_marked():
    text = "The ferry company and its captains have broken off talks."
    passage = decide(Article("", "Ferries", text, "en"), Topic("it", {"*": ("ferry NEAR/9 captain",)})).passages[0]
    assert [passage.text[start:end] for start, end in passage.marks] == ["ferry", "captains"]


@given(SMALL, SMALL, st.integers(1, 9), st.lists(st.just("x"), max_size=12))
def test_near_counts_the_words_between(left, right, words, between):
    assume(not {left, right} & {"x"} and problem_of_term(f"{left} NEAR/{words} {right}") is None)
    text = " ".join([f"{left}q1", *between, f"{right}q2"])
    assert bool(found(f"{left}q1 NEAR/{words} {right}q2", text)) == (len(between) <= words)


@pytest.mark.parametrize(
    "term", ["Lavrov", "peace talk*", "Near East", "near miss", "NEARBY", "A NEAR/3 B ONEAR/4 Cat*"]
)
def test_these_terms_are_right(term):
    assert problem_of_term(term) is None


def test_a_term_is_taken_apart_once():
    assert parse_term("a ONEAR/2 b c").phrases == ("a", "b c")
    assert parse_term("NEAR/2 b").phrases == ("NEAR/2 b",)
    assert words_of_term("Lavrov NEAR/10 peace talk*") == "Lavrov peace talk"


@given(st.text(alphabet="ab *NEARO/15-", max_size=30), st.text(alphabet="ab NEAR15-", max_size=60))
def test_any_malformed_term_can_be_looked_for(term, text):
    problem_of_term(term)
    found(term, text)


# --- whole words ---------------------------------------------------------------------------------


@given(st.sampled_from(["NATO", "AI", "Gaza", "ceasefire", "Lavrov", "truce"]), SMALL, SMALL)
def test_no_term_matches_inside_a_word(term, before, after):
    """Whatever letters are put in front of a term, or into it: that is another word."""
    half = len(term) // 2
    for word in (f"{before}{term}", f"{before}{term}{after}", f"{term[:half]}{after}{term[half:]}"):
        assume(not same_word(word, term))
        assert found(term, f"so {word} is") == []


def same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one by the stemmer, as truces is of truce."""
    lexicon_found = found(other.casefold(), one)
    return bool(lexicon_found) and one.casefold().startswith(other.casefold()[:3])


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("AI", "Training said again, Taiwan, maintain, ai, A I"),
        ("NATO", "anatomy, signatory, donator, Natola"),
        ("US", "us, bus, just, focus, trust, USB"),
        ("WHO", "who, whose, whole, WHOLE"),
        ("therapist", "the rapist"),
        ("nowhere", "now here, no where"),
        ("ceasefire", "cease the fire, ceased, fire, misfire"),
        ("Gaza", "gazette, Gazali"),
        ("United Nations", "united front, nations united"),
        ("ceasefir*", "armistice of unceasefires"),
        ("EU", "eu, feud, Europe, neu, EUR"),
    ],
)
def test_nothing_else_is_taken_for_a_term(term, text):
    assert found(term, text) == []


@pytest.mark.parametrize("ending", ["", "'s", "’s", "ʼs", "'"])
@pytest.mark.parametrize("shape", [str, str.upper, str.lower, str.title])
@pytest.mark.parametrize("word", ["ceasefire", "cease-fire", "cease fire", "cease‑fire"])
def test_case_hyphens_and_possessives_do_not_matter(word, shape, ending):
    for term in ("ceasefire", "cease-fire", "Ceasefire", "ceasefir*", "cease-fir*"):
        assert found(term, f"of {shape(word)}{ending} in"), term


@given(st.sampled_from(["NATO", "EU", "Gaza", "ceasefire", "Ławrow", "перемирие", "trêve"]), st.data())
def test_compatible_forms_of_letters_do_not_matter(term, data):
    """Full-width letters, ligatures and the like are what NFKC makes of them."""
    wide = "".join(
        chr(ord(letter) + 0xFEE0) if letter.isascii() and data.draw(st.booleans()) else letter for letter in term
    ).replace("fi", "ﬁ")
    assert unicodedata.normalize("NFKC", wide) == term
    assert found(term, f"so {wide} is")


@pytest.mark.parametrize(("term", "text"), [("NGO", "NGOs and NGO's"), ("EU", "E.U.'s"), ("US", "the U.S. and US's")])
def test_acronyms_have_plurals_points_and_possessives(term, text):
    assert found(term, text)


# --- names ---------------------------------------------------------------------------------------

NAMES = {
    "Lavrov": "ru:Лавров ru:Лаврова ru:Лавровым uk:Лаврову de:Lawrow de:Lawrows pl:Ławrow pl:Ławrowem cs:Lavrova "
    "de:Lawrow fr:Lavrov",
    "Zelensky": "ru:Зеленского uk:Зеленський uk:Зеленським de:Selenskyj de:Selenskij es:Zelenski pl:Zełenskiego "
    "pl:Zełenskim nl:Zelensky",
    "Netanyahu": "ru:Нетаньяху uk:Нетаньягу de:Netanjahu fr:Netanyahou fr:Nétanyahou pl:Netanjahu",
    "Jinping": "ru:Цзиньпин ru:Цзиньпином uk:Цзіньпіна de:Jinping pl:Jinpinga",
    "Putin": "ru:Путиным uk:Путіна fr:Poutine pl:Putinem de:Putins",
    "Trump": "ru:Трампа uk:Трампом pl:Trumpem",
    "Johnson": "ru:Джонсона uk:Джонсон",
    "Khamenei": "ru:Хаменеи de:Chamenei es:Jamenei pl:Chamenei",
    "Lukashenko": "ru:Лукашенко uk:Лукашенка de:Lukaschenko fr:Loukachenko pl:Łukaszenka",
    "Erdogan": "ru:Эрдогана uk:Ердоган de:Erdoğan",
    "Kharkiv": "ru:Харьков uk:Харкова de:Charkiw pl:Charków es:Járkov",
    "Yermak": "ru:Ермака uk:Єрмак de:Jermak fr:Iermak",
    "Pashinyan": "ru:Пашиняна de:Paschinjan fr:Pachinian",
    "Steinmeier": "ru:Штайнмайер uk:Штайнмаєр",
    "Nawrocki": "ru:Навроцкий uk:Навроцький pl:Nawrockiego",
    "Guterres": "ru:Гутерреш uk:Гутерріш",
    "Vučić": "ru:Вучич uk:Вучича",
}
OTHERS = {
    "Lavrov": "de:Larve fr:Livres fr:Louvre de:Lavendel ru:Ливров uk:Лівров",
    "Macron": "de:Mikron de:Micron fr:Macaron ru:Микрон es:Macarena ru:Мокрин",
    "Putin": "fr:Patin ru:Потин fr:Potin ru:Петин",
    "Martin": "de:Morton de:Merten ru:Мортон",
    "Merkel": "de:Morkel de:Makler",
    "Scholz": "de:Schulz ru:Шульц",
    "Johnson": "ru:Янсон de:Jansen ru:Дженсен",
    "Orban": "de:Urban it:Urbano ru:Урбан",
    "Biden": "de:Baden de:Boden de:Beiden ru:Будин",
    "London": "de:Landen de:Linden",
    "Berlin": "ru:Борлин fr:Brulin",
    "Wagner": "de:Wegener",
    "Jinping": "de:Camping ru:Кемпинг",
    "Trump": "fr:Trompe fr:Triomphe de:Trompete",
    "Maduro": "de:Madrid ru:Мадрид de:Modern",
    "Hamas": "de:Hummus de:Gems",
    "Zelensky": "de:Salonski",
}


def pairs(table: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(name, *other.split(":")) for name, others in table.items() for other in others.split()]  # type: ignore[misc]


@pytest.mark.parametrize(("name", "language", "spelled"), pairs(NAMES))
def test_a_name_is_heard_in_every_spelling(name, language, spelled):
    assert set(sounds_of_name(name, "en")) & set(sounds_of_name(spelled, language))


@pytest.mark.parametrize(("name", "language", "other"), pairs(OTHERS))
def test_another_name_is_not_taken_for_it(name, language, other):
    assert not set(sounds_of_name(name, "en")) & set(sounds_of_name(other, language))


@given(st.text(min_size=1, max_size=40), st.sampled_from(["en", "ru", "uk", "de", "fr", "pl", "cs", "es", "xx"]))
def test_any_token_has_few_sounds(text, language):
    for token in split_all_hyphens(tokenise_text(text)):
        assert len(sounds_of_name(token, language)) <= 48
