"""Matching: what is found in an article, what it scores, and what is said about it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import DEFAULT_THRESHOLD, Background, Matcher, propose_topics
from monitor.match.batch import score_lines
from monitor.match.propose import propose_terms
from monitor.match.topics import TermFinder
from monitor.model import Article, Decision, Example, Seed, StageError, Topic
from monitor.text.sounds import sounds_of_name
from monitor.text.words import split_all_hyphens, tokenise_text

TALKS = (
    "The ferry company and its captains have broken off talks over pay. Captain Ilse Borgen of the union said the "
    "ferries to Sandholm would stop on Friday. The company asked the islanders to stock up on food and medicine."
)
FAR = Article("", "Museum buys a painting", "The museum has bought a painting of two pears and a jug.", "en")


def make_seed(*topics: Topic, text: str = TALKS, slug: str = "ferries", threshold: float | None = None) -> Seed:
    return Seed(slug, "Ferry talks fail", (Example("Ferry talks fail", text, "en"),), topics, threshold)


def topic(name: str, *terms: str, required: bool = False, **by_language: str) -> Topic:
    spelled = {language: (term,) for language, term in by_language.items()}
    return Topic(name, ({"*": terms} if terms else {}) | spelled, required=required)


def found(term: str, text: str, language: str = "en", term_language: str = "*") -> list[str]:
    """What a term is found as in a text."""
    seed = make_seed(Topic("it", {term_language: (term,)}))
    tokens = split_all_hyphens(tokenise_text(text))
    mentions = TermFinder(language, [seed]).find(tokens)
    return list(dict.fromkeys(" ".join(tokens[one.start : one.end]) for one in mentions))


def decide(seed: Seed, article: Article) -> Decision:
    return Matcher([seed], Background()).decide(article)[0]


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text", "language", "as_found"),
    [
        ("AI", "Training in anatomy said it all again", "en", []),
        ("AI", "An AI firm, an A.I. lab", "en", ["AI", "A.I."]),
        ("US", "US talks without us", "en", ["US"]),
        ("NATO", "Nato's anatomy, and NATO", "en", ["Nato's", "NATO"]),
        ("sanction", "Sanctions were sanctioned by a sanctuary", "en", ["Sanctions", "sanctioned"]),
        ("sanct*", "Sanctions in a sanctuary are sane", "en", ["Sanctions", "sanctuary"]),
        ("ceasefire", "cease-fire, cease fire, Ceasefires, cease the fire", "en", ["cease fire", "Ceasefires"]),
        ("cease-fire", "The ceasefire holds, a cease fire fails", "en", ["ceasefire", "cease fire"]),
        ("United Nations", "The United Nations' envoy is united with no nation", "en", ["United Nations"]),
        ("peace talk*", "peace talks and peace talkers; talk of peace", "en", ["peace talks", "peace talkers"]),
        ("Putin", "the Trump-Putin summit", "en", ["Putin"]),
        ("Ukraine", "Le destin de l'Ukraine", "fr", ["l'Ukraine"]),
        ("перемирие", "О перемирии и перемирием", "ru", ["перемирии", "перемирием"]),
        ("перемир'я", "Перемир’ям і перемир'ю", "uk", ["Перемир’ям", "перемир'ю"]),
        ("Waffenruhe", "Waffenruhen gelten", "de", ["Waffenruhen"]),
    ],
)
def test_a_term_is_found_as_whole_words_in_any_form(term, text, language, as_found):
    assert found(term, text, language) == as_found


@pytest.mark.parametrize(
    ("text", "language", "as_found"),
    [
        ("Сергеем Лавровым и его лавровый лист", "ru", ["Лавровым"]),
        ("Лаврова чекають", "uk", ["Лаврова"]),
        ("Außenminister Lawrow", "de", ["Lawrow"]),
        ("Lavrov vola", "fr", ["Lavrov"]),
        ("Larvik et Lourdes", "fr", []),
    ],
)
def test_a_name_is_heard_across_alphabets(text, language, as_found):
    assert found("Lavrov", text, language, term_language="en") == as_found


def test_a_common_word_of_one_language_is_not_looked_for_in_another():
    assert found("gift", "Das Gift wirkt", "de", term_language="en") == []


def test_a_title_and_a_text_do_not_make_a_phrase_together():
    seed = make_seed(topic("org", "United Nations"))
    article = Article("", "Harbour stays United", "Nations of the north meet on ferries and talks.", "en")
    assert decide(seed, article).topics == ()


@pytest.mark.parametrize("spelling", [("Selenskyj", "de"), ("Зеленский", "ru"), ("Зеленського", "uk")])
def test_spellings_of_one_name_sound_alike(spelling):
    assert set(sounds_of_name(*spelling)) & set(sounds_of_name("Zelensky", "en"))


# --- the background ------------------------------------------------------------------------------


def test_a_rare_word_says_more_than_a_common_one_from_the_first_day():
    background = Background()
    assert background.idf("en", "ceasefir") > 2 * background.idf("en", "year") > 0


def test_what_is_seen_often_comes_to_say_less():
    background = Background()
    before = background.idf("en", "ferri")
    for _ in range(100):
        background.learn("en", {"ferri"})
    assert background.idf("en", "ferri") < before - 2


def test_a_matcher_goes_on_after_a_restart_nearly_as_if_it_had_never_stopped():
    """What `lesson` told gives a new matcher the same words; the last articles tell it what is usual."""
    first, seed = Matcher([make_seed()], Background()), make_seed()
    stream = [Article("", "", f"Ferries {number} and captains of the company", "en") for number in range(30)]
    counts: dict[tuple[str, str], int] = {}
    for article in stream:
        first.decide(article)
        for key, more in first.lesson(article).items():
            counts[key] = counts.get(key, 0) + more
        first.learn(article)
    second = Matcher([seed], Background(counts, {"en": 30}))
    second.look_back(stream)
    article = Article("", "Ferries stop", "Captains of the union leave Sandholm.", "en")
    assert second.decide(article)[0].score == pytest.approx(first.decide(article)[0].score, abs=0.01)


@pytest.mark.parametrize("long", [False, True])
def test_a_seed_that_everything_is_like_asks_for_more(long):
    """One threshold means the same for every seed: likeness is measured against that of the usual news."""
    padding = "and so on " * 90 if long else ""
    usual = [
        Article("", "", f"The bank of Port {number} asked for talks on pay and broke them off. {padding}", "en")
        for number in range(200)
    ]
    quiet, busy = Matcher([make_seed()], Background()), Matcher([make_seed()], Background())
    busy.look_back(usual)
    article = Article("", "Ferries stop", f"Captains of the union leave Sandholm. {padding}", "en")
    assert busy.decide(article)[0].score < quiet.decide(article)[0].score


# --- decisions -----------------------------------------------------------------------------------


def test_the_seed_itself_is_a_hit_and_something_else_is_not_even_a_decision():
    matcher = Matcher([make_seed()], Background())
    itself = matcher.decide(Article("", "Ferry talks fail", TALKS, "en"))
    assert [(one.seed, one.hit, one.threshold) for one in itself] == [("ferries", True, DEFAULT_THRESHOLD)]
    assert matcher.decide(FAR) == ()


def test_decisions_come_in_the_order_of_the_seeds():
    seeds = [make_seed(slug=slug) for slug in ("b", "a", "c")]
    decided = Matcher(seeds, Background()).decide(Article("", "", TALKS, "en"))
    assert [one.seed for one in decided] == ["b", "a", "c"]


def test_a_seed_may_have_a_threshold_of_its_own():
    assert not decide(make_seed(threshold=0.99), Article("", "", TALKS, "en")).hit


def test_a_missing_required_topic_is_no_hit_and_is_named():
    seed = make_seed(topic("island", "Helgeland", required=True), topic("ferry", "ferry"))
    decision = decide(seed, Article("", "Ferry talks fail", TALKS, "en"))
    assert (decision.hit, decision.topics) == (False, ("ferry",))
    assert decision.reason.startswith("required topic missing: island; ")


def test_a_passing_mention_is_no_hit_and_is_called_one():
    text = "The orchard gave more plums than ever, and jam is cheap. " * 30 + "A ferry brought sugar."
    decision = decide(make_seed(topic("ferry", "ferry")), Article("", "Plums are plenty", text, "en"))
    assert (decision.hit, decision.reason) == (False, "ferry only in passing; nothing else like the seed")


def test_a_topic_counts_more_in_the_title_than_far_down():
    seed = make_seed(topic("ferry", "ferry"))
    filler = "The orchard gave more plums than ever. " * 40
    high = decide(seed, Article("", "Ferry late", filler, "en"))
    low = decide(seed, Article("", "Plums are plenty", filler + "A ferry was late.", "en"))
    assert high.score > 2 * low.score


def test_topics_alone_are_not_enough_in_a_text_about_something_else():
    """Sharing a word of each topic is not yet being about the same."""
    seed = make_seed(topic("a", "zinc"), topic("b", "tapir"))
    text = (
        "A tapir of zinc stands before the town hall since Monday. The mayor paid for it with what was left of the "
        "budget for roads, and the council will ask her why. Shopkeepers had hoped for benches, trees and a fountain "
        "where children can play in summer. The sculptor lives in Norway and did not come to the ceremony."
    )
    decision = decide(seed, Article("", "Town hall has a new neighbour", text, "en"))
    assert decision.topics == ("a", "b")
    assert 0.2 < decision.score < DEFAULT_THRESHOLD


def test_without_any_topic_a_text_must_be_more_like_the_seed():
    """Whoever names topics wants to read of them."""
    article = Article("", "Mayor wants pilots", "The mayor of Sandholm wants pilots on the ferries.", "en")
    named = decide(make_seed(topic("moon", "moon")), article)
    unnamed = decide(make_seed(), article)
    assert named.topics == ()
    assert 0 < named.score < unnamed.score


def test_the_reason_counts_topics_and_names():
    seed = make_seed(topic("ferry", "ferry"), topic("union", "Borgen"), topic("moon", "moon"))
    text = "Borgen said the ferries stop. Borgen and the captains of the union agree. Borgen is firm."
    decision = decide(seed, Article("", "Ferries to Sandholm stop", text, "en"))
    assert decision.reason == "2 of 3 topics in the lead; very like the seed; Borgen named 3 times"


def test_more_examples_know_more_of_a_subject():
    more = Example("", "Pilots may replace the captains on the Sandholm ferries, the mayor of Sandholm said.", "en")
    one, two = make_seed(), Seed("ferries", "", (*make_seed().examples, more))
    article = Article("", "Mayor wants pilots", "The mayor wants pilots on ferries.", "en")
    assert decide(two, article).score > decide(one, article).score


def test_an_article_in_another_language_is_like_a_seed_by_its_names():
    german = Article("", "Fähren stehen still", "Ilse Borgen lässt die Fähren nach Sandholm stehen.", "de")
    other = Article("", "Bahnen stehen still", "Hans Petersen lässt die Bahnen nach Altdorf stehen.", "de")
    assert decide(make_seed(), german).hit
    assert Matcher([make_seed()], Background()).decide(other) == ()


@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from(["en", "ru", "uk", "fr", "zh", "xx", None]))
def test_any_text_gets_parts_that_sum_to_its_score(text, title, language):
    seed = make_seed(topic("ferry", "ferry", "Borgen", "1*"), topic("all", "e*"))
    for decision in Matcher([seed], Background()).decide(Article("", title, text, language)):
        assert 0 < decision.score < 1
        assert abs(sum(part.value for part in decision.parts) - decision.score) < 1e-9


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_term_can_be_looked_for(term, text):
    list(TermFinder("en", [make_seed(topic("t", term))]).find(split_all_hyphens(tokenise_text(text))))


def test_the_same_stream_gets_the_same_scores_in_every_process():
    """Nothing may hang on the order of a set, which Python shuffles anew in each process."""
    script = (
        "from tests.test_match import TALKS, line, make_seed, topic\n"
        "from monitor.match.batch import score_lines\n"
        "lines = [line(str(n), f'{TALKS[n * 9:]} Ferries {n}') for n in range(20)]\n"
        "print(*score_lines(lines, [make_seed(topic('a', 'ferry', 'captain', 'union', 'pay'))]))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2", "3")
    }
    assert len(told) == 1


# --- passages ------------------------------------------------------------------------------------


def test_the_first_passage_speaks_of_a_topic_and_marks_it():
    seed = make_seed(topic("medicine", "medicine"))
    first = decide(seed, Article("", "Ferry talks fail", TALKS, "en")).passages[0]
    assert first.text == "The company asked the islanders to stock up on food and medicine."
    assert (first.start, [first.text[start:end] for start, end in first.marks]) == (
        TALKS.index("The company asked"),
        ["medicine"],
    )


def test_without_topics_the_strongest_words_in_common_are_marked():
    first = decide(make_seed(), Article("", "", TALKS, "en")).passages[0]
    marked = {first.text[start:end] for start, end in first.marks}
    assert marked
    assert marked <= set(tokenise_text(TALKS))


# --- proposals -----------------------------------------------------------------------------------


def test_topics_are_proposed_from_what_a_text_repeats():
    text = (
        f"{TALKS} Ferries are the only way to Sandholm. The captains of Sandholm want more pay. " + "So it is. " * 30
    )
    proposed = propose_topics("Ferry talks fail", text, None)
    assert {one.name for one in proposed} >= {"Sandholm", "ferry", "captains"}
    terms = {one.name: one.terms for one in proposed}
    assert (terms["Sandholm"], terms["ferry"]) == ({"*": ("Sandholm",)}, {"en": ("ferry",)})
    assert all(one.proposed for one in proposed)
    assert len(proposed) <= 6


@pytest.mark.parametrize(
    ("term", "text", "proposed"),
    [
        ("Lavrov", "Sergei Lavrov spoke. Lavrov's aide left. Foreign Minister Sergei Lavrov stayed.",
         ("Sergei Lavrov", "Foreign Minister Sergei Lavrov")),
        ("NATO", "The North Atlantic Treaty Organization (NATO) met.", ("North Atlantic Treaty Organization",)),
        ("World Health Organization", "The World Health Organization (WHO) met.", ("WHO",)),
        ("ceasefire", "Shots ceased after the ceasefires.", ()),
        ("negotiate", "They negotiated. The negotiators left.", ()),
        ("economist", "The economy grew.", ("economy",)),
        ("Lavrov", "Nobody of that name.", ()),
    ],
)  # fmt: skip
def test_other_words_for_a_topic_are_proposed_from_the_text(term, text, proposed):
    seed = Seed("s", "", (Example("", text, "en"),), (topic("it", term),))
    assert propose_terms(seed, seed.topics[0]) == proposed


def test_a_topic_with_aliases_gets_no_proposals():
    given = Topic("Lavrov", {"*": ("Lavrov",), "ru": ("Лавров",)})
    assert propose_terms(Seed("s", "", (Example("", "Sergei Lavrov spoke.", "en"),), (given,)), given) == ()


def test_nothing_is_proposed_for_nothing():
    assert propose_topics("", "", None) == ()


# --- the batch verb ------------------------------------------------------------------------------


def line(identity: str, text: str, **more: object) -> str:
    return json.dumps({"id": identity, "title": "", "text": text, "published": None, "language": "en"} | more)


def test_scores_are_written_for_what_has_something_in_common():
    rows = [json.loads(row) for row in score_lines([line("1", TALKS), "\n", line("2", FAR.text)], [make_seed()])]
    assert [(row["id"], row["seed"], row["hit"]) for row in rows] == [("1", "ferries", True)]
    assert list(rows[0]) == ["id", "seed", "score", "hit"]


def test_scores_explain_themselves_when_asked():
    (row,) = score_lines([line("1", TALKS)], [make_seed(topic("ferry", "ferry"))], explain=True)
    told = json.loads(row)
    assert list(told) == ["id", "seed", "score", "hit", "threshold", "reason", "parts", "topics", "passages"]
    assert [part["name"] for part in told["parts"]] == ["likeness", "ferry"]


def test_no_score_depends_on_what_comes_later():
    lines = [line(str(number), f"{TALKS} {number} ferries") for number in range(9)]
    assert list(score_lines(lines[:3], [make_seed()])) == list(score_lines(lines, [make_seed()]))[:3]


@pytest.mark.parametrize("bad", ["{", "[]", "{}", "7"])
def test_a_line_that_is_no_article_is_named(bad):
    with pytest.raises(StageError) as caught:
        list(score_lines([line("1", TALKS), bad], [make_seed()]))
    assert (caught.value.reason, "line 2" in caught.value.detail) == ("bad_line", True)


@pytest.mark.parametrize(
    "odd", ["a" * 200_000, "a-" * 100_000, "." * 200_000, ". " * 100_000, "'" * 200_000, "U." * 99_999]
)
def test_a_monstrous_text_costs_no_more_than_its_length(odd):
    seed = make_seed(topic("ferry", "ferry", "a*", "ferry captain"))
    began = time.process_time()
    Matcher([seed], Background()).decide(Article("", odd, f"{TALKS} {odd} {TALKS}", "en"))
    assert time.process_time() - began < 60  # the dearest takes a second, and would take hours by its square
