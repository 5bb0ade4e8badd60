"""From likeness and topics to a score: what its parts are worth, and that nothing is left out too early."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import Background, Matcher
from monitor.match.evidence import TopicPresence
from monitor.match.scoring import Scorer
from monitor.model import Article, Example, Seed, Topic

ENOUGH_LIKE, ENOUGH_WITH_TOPICS, MORE_WITH_MEANING = 0.125, 0.185, 0.01
TOPICS_EVIDENCE, TOPICS_EVIDENCE_CROSSLINGUAL, WITHOUT_TOPICS_FACTOR = 0.1, 0.165, 0.75
SATURATION, LEAST_RARITY = 0.75, 4.0
"""Fitted together on the gold set: people set their thresholds in the unit that follows from them."""

TEXT = "The ferry captains and the company talk about pay. The ferries to Sandholm stop on Friday."


def make_seed(*topics: Topic, threshold: float | None = None) -> Seed:
    return Seed("ferries", "Ferry talks fail", (Example("Ferry talks fail", TEXT, "en"),), topics, threshold)


def scored(
    seed: Seed,
    likeness: float,
    *found: TopicPresence,
    language: str = "en",
    factor: float = 1.0,
    meaning: float | None = None,
) -> dict[str, float]:
    parts = Scorer([seed], Background()).parts(0, language, likeness, found, factor, meaning)
    return {part.name: part.value for part in parts}


def present(topic: int, *terms: str, strength: float = 1.0) -> TopicPresence:
    return TopicPresence(topic, f"topic {topic}", "title", strength, terms[0], 1, frozenset(terms))


FERRY = Topic("topic 0", {"*": ("ferry",)})
PAY = Topic("topic 1", {"*": ("pay",)})


def test_so_much_evidence_as_is_enough_scores_a_half():
    assert scored(make_seed(), ENOUGH_LIKE) == {"likeness": 0.5}
    evidence = ENOUGH_WITH_TOPICS - TOPICS_EVIDENCE
    assert sum(scored(make_seed(FERRY), evidence, present(0, "ferry")).values()) == pytest.approx(0.5)
    assert scored(make_seed(), 0.1, meaning=ENOUGH_LIKE + MORE_WITH_MEANING - 0.1) == {
        "likeness": pytest.approx(0.1 / (2 * (ENOUGH_LIKE + MORE_WITH_MEANING))),
        "meaning": pytest.approx((ENOUGH_LIKE + MORE_WITH_MEANING - 0.1) / (2 * (ENOUGH_LIKE + MORE_WITH_MEANING))),
    }


def test_likeness_without_a_named_topic_counts_for_less():
    """But not where the topics were only proposed by us, nor where the text's language has no words for them."""
    worth = 0.1 * WITHOUT_TOPICS_FACTOR
    assert scored(make_seed(FERRY), 0.1) == {"likeness": pytest.approx(worth / (worth + ENOUGH_WITH_TOPICS))}
    proposed = Topic("topic 0", {"*": ("ferry",)}, proposed=True)
    assert scored(make_seed(proposed), 0.1) == {"likeness": pytest.approx(0.1 / (0.1 + ENOUGH_WITH_TOPICS))}
    english = Topic("topic 0", {"en": ("ferry",)})
    assert scored(make_seed(english), 0.1, language="de") == {"likeness": pytest.approx(0.1 / (0.1 + ENOUGH_LIKE))}


def test_an_excluded_topic_is_not_missed():
    excluded = Topic("topic 0", {"*": ("ferry",)}, excluded=True)
    assert scored(make_seed(excluded), 0.1) == scored(make_seed(), 0.1)


def evidence_of(seed: Seed, *found: TopicPresence, language: str = "en") -> list[float]:
    """What each topic adds, in the unit of likeness."""
    parts = scored(seed, 0.0, *found, language=language)
    total = ENOUGH_WITH_TOPICS / (1 - sum(parts.values()))
    return [value * total for name, value in parts.items() if name != "likeness"]


def test_topics_share_their_evidence_by_their_weight():
    heavy = Topic("topic 1", {"*": ("pay",)}, weight=3.0)
    assert evidence_of(make_seed(FERRY, PAY), present(0, "ferry")) == pytest.approx([TOPICS_EVIDENCE / 2])
    assert evidence_of(make_seed(FERRY, heavy), present(0, "ferry"), present(1, "pay")) == pytest.approx(
        [TOPICS_EVIDENCE / 4, TOPICS_EVIDENCE * 3 / 4]
    )


def test_a_topic_counts_by_how_prominent_it_is():
    assert evidence_of(make_seed(FERRY), present(0, "ferry", strength=0.2)) == pytest.approx([TOPICS_EVIDENCE / 5])


def test_topics_say_more_in_a_language_without_an_example():
    assert evidence_of(make_seed(FERRY), present(0, "ferry"), language="de") == pytest.approx(
        [TOPICS_EVIDENCE_CROSSLINGUAL]
    )


def test_a_topic_that_this_language_has_no_words_for_does_not_count_as_missing():
    english = Topic("topic 1", {"en": ("pay",)})
    assert evidence_of(make_seed(FERRY, english), present(0, "ferry"), language="de") == pytest.approx(
        [TOPICS_EVIDENCE_CROSSLINGUAL]
    )
    both = make_seed(FERRY, english), present(0, "ferry"), present(1, "pay")
    assert evidence_of(*both, language="de") == pytest.approx([TOPICS_EVIDENCE_CROSSLINGUAL / 2] * 2)


def test_the_words_of_a_topic_each_say_something_and_the_first_the_most():
    """Three are enough; where a topic has aliases, any one of its names says it all."""
    words = make_seed(Topic("topic 0", {"*": ("Sandholm", "Vargoy", "Okeru", "Tarrawa")}))
    (one,) = evidence_of(words, present(0, "Sandholm"))
    (two,) = evidence_of(words, present(0, "Sandholm", "Vargoy"))
    (three,) = evidence_of(words, present(0, "Sandholm", "Vargoy", "Okeru"))
    (four,) = evidence_of(words, present(0, "Sandholm", "Vargoy", "Okeru", "Tarrawa"))
    assert 0 < two - one < one < two < three
    assert three == pytest.approx(four) == pytest.approx(TOPICS_EVIDENCE)
    names = make_seed(Topic("topic 0", {"*": ("Sandholm", "Vargoy"), "ru": ("Сандхольм",)}))
    assert evidence_of(names, present(0, "Сандхольм")) == pytest.approx([TOPICS_EVIDENCE])


def rarity_of(word: str) -> float:
    return Background().idf("en", word) ** 2


def test_a_word_of_a_topic_says_the_more_the_rarer_it_is():
    mixed = make_seed(Topic("topic 0", {"*": ("Sandholm", "water")}))
    share = rarity_of("water") / (rarity_of("water") + rarity_of("sandholm"))
    assert evidence_of(mixed, present(0, "water")) == pytest.approx([TOPICS_EVIDENCE * share**SATURATION])


def test_what_a_topic_can_say_is_what_its_three_rarest_words_say():
    names = make_seed(Topic("topic 0", {"*": ("Sandholm", "Vargoy", "Okeru", "water")}))
    rare = rarity_of("sandholm") + rarity_of("vargoy")
    share = (rare + rarity_of("water")) / (rare + rarity_of("okeru"))
    assert evidence_of(names, present(0, "Sandholm", "Vargoy", "water")) == pytest.approx(
        [TOPICS_EVIDENCE * share**SATURATION]
    )


def test_an_abbreviation_that_looks_like_a_common_word_says_something():
    """US and WHO are words that nearly every article has."""
    mixed = make_seed(Topic("topic 0", {"*": ("Sandholm", "WHO")}))
    share = LEAST_RARITY / (LEAST_RARITY + rarity_of("sandholm"))
    assert evidence_of(mixed, present(0, "WHO")) == pytest.approx([TOPICS_EVIDENCE * share**SATURATION])


def test_of_the_likeness_only_as_much_counts_as_the_usual_news_leaves():
    """What the text means is measured against something else."""
    parts = scored(make_seed(FERRY), 0.1, present(0, "ferry"), factor=0.5, meaning=0.1)
    assert list(parts) == ["likeness", "meaning", "topic 0"]
    assert parts["likeness"] == parts["topic 0"] == pytest.approx(parts["meaning"] / 2)


# --- what is left out early --------------------------------------------------------------------

WORDS = ("ferry", "pay", "Sandholm", "captain", "water", "WHO", "Fähre", "Lohn")
SHARES = st.floats(0, 1)
TOPICS = st.builds(
    Topic,
    st.just("topic"),
    st.dictionaries(
        st.sampled_from(["*", "en", "de"]),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(tuple),
        min_size=1,
    ),
    weight=st.floats(0.1, 5),
    required=st.booleans(),
    proposed=st.booleans(),
    excluded=st.booleans(),
)
SEEDS = st.lists(TOPICS, max_size=4).map(lambda topics: make_seed(*topics))


@given(SEEDS, st.sampled_from(["en", "de", "fr"]), SHARES, SHARES, st.none() | SHARES, st.data())
def test_no_score_is_above_its_upper_bound(seed, language, likeness, factor, meaning, data):
    """Only so may a seed be left out before its topics were looked at closely."""
    scorer, found, most = Scorer([seed], Background()), [], {}
    for place, topic in enumerate(seed.topics):
        if not data.draw(st.booleans(), "is spoken of"):
            continue
        most[place] = data.draw(SHARES, "strength at most")
        terms = sorted({text for texts in topic.terms.values() for text in texts})
        said = frozenset(data.draw(st.lists(st.sampled_from(terms), min_size=1), "terms"))
        if not topic.excluded:
            strength = most[place] * data.draw(SHARES, "of it")
            found.append(TopicPresence(place, "topic", "lead", strength, terms[0], 1, said))
    parts = scorer.parts(0, language, likeness, found, factor, meaning)
    bound = scorer.upper_bound(0, language, likeness, most, factor, meaning or 0.0)
    assert 0 <= sum(part.value for part in parts) <= bound + 1e-9
    assert bound < 1


@given(SEEDS, st.lists(st.sampled_from([*WORDS, "and", "stop", "Friday", "."]), max_size=60).map(" ".join), SHARES)
def test_what_is_left_out_early_is_what_scores_too_little(seed, text, above):
    article = Article("", "Ferries stop", text, "en")
    every = Matcher([seed], Background()).decide(article)
    assert Matcher([seed], Background()).decide(article, above) == tuple(
        decision for decision in every if decision.score >= above * decision.threshold
    )
