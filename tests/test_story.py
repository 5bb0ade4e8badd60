"""Stories: which hits tell the same news."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

import pytest

from monitor.model import Article, Entry, PastAlert, Reading, Story
from monitor.pace import STORY_OPEN_AFTER_FIRST, STORY_OPEN_AFTER_LAST
from monitor.story import PlacedHit, Placement, StoryTracker, new_facts
from monitor.story.fingerprint import fingerprint_article
from monitor.story.index import _weighted_features
from tests.build import Past

NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)
TITLE = "Ferry captains call off strike after night of talks"
TEXT = (
    "The captains of the Sandholm ferries have called off their strike. After a night of talks the company offered "
    "them six percent more pay over two years and a free weekend each month. Captain Ilse Borgen of the union called "
    "the offer fair. The islanders had stocked up on food and medicine since Monday, and the mayor had asked the "
    "coast guard for help. The first ferry will leave at seven on Thursday."
)
OTHER = (
    "A storm has torn the roof off the sports hall. Nobody was hurt, as training had ended an hour before. The fire "
    "brigade closed the road, and the school will be shut until an engineer has seen the beams on Friday morning."
)


def article(title: str = TITLE, text: str = TEXT, url: str = "https://one.example/a", **more: str) -> Article:
    return Article(url, title, text, "en", **more)


def reading(article: Article, source: str = "") -> Reading:
    """An article as read from a feed whose source is named by its host, unless said otherwise."""
    name = source or article.url.split("/")[2].split(".")[0].title()
    return Reading(Entry(0, 1, article.url, article.url, article.title, source=name), article)


PASTS: WeakKeyDictionary[StoryTracker, Past] = WeakKeyDictionary()


@dataclass(frozen=True)
class Found:
    """Where a hit was placed, and what it adds to what was told of its story."""

    placement: Placement
    news: tuple[str, ...]

    @property
    def relation(self) -> str:
        return self.placement.relation

    @property
    def story(self) -> Story:
        return self.placement.story


def tell(
    tracker: StoryTracker,
    one: Article,
    hours: float = 0,
    source: str = "",
    *,
    alerted: bool = True,
    confirmed_by: int = 3,
) -> Found:
    """Place a hit and remember it."""
    read, now = reading(one, source), NOON + timedelta(hours=hours)
    past = PASTS.setdefault(tracker, Past())
    placement = tracker.place("ferries", read, now)
    tracker.add(placement.story, read, now, placement.relation)
    news = new_facts(placement, past.of(placement.story.thread), confirmed_by)
    if alerted and (placement.relation == "first" or news):
        told = (one.title, news, placement.independent)
        past.append((placement.story, PastAlert(one.identity, "desk", now, bool(news), False, *told)))
    return Found(placement, news)


def retold(first: Article, second: Article, later: timedelta = timedelta(hours=1)) -> str:
    """How the second article relates to the first one's story."""
    tracker = StoryTracker()
    story = tell(tracker, first).story
    found = tracker.place("ferries", reading(second), NOON + later)
    assert (found.story == story) == (found.relation != "first")
    return found.relation


def placed(first: Article, second: Article, later: timedelta = timedelta(hours=1)) -> bool:
    """Whether the second article joins the first one's story."""
    return retold(first, second, later) != "first"


def test_the_first_hit_begins_a_story():
    found = StoryTracker().place("ferries", reading(article()), NOON)
    story = Story("ferries", "https://one.example/a", TITLE, "One", NOON)
    assert found == Placement(story, "first", ("One",), 1)


@pytest.mark.parametrize(
    "again",
    [
        article("Another headline", OTHER),
        article("Another headline", OTHER, "http://www.one.example/a/#top"),
        article("Another headline", OTHER, "https://amp.example/x", canonical_url="https://one.example/a"),
    ],
)
def test_the_same_address_is_the_same_story(again):
    assert placed(article(), again)


def test_a_front_page_as_canonical_address_identifies_nothing():
    front = "https://one.example/"
    first = article(canonical_url=front)
    assert not placed(first, article("Storm takes roof", OTHER, "https://one.example/b", canonical_url=front))


@pytest.mark.parametrize("outlet", ["", " - The Daily Planet", " | Planet News", " — DW"])
def test_the_same_title_behind_another_outlets_name_is_the_same_story(outlet):
    again = article(TITLE.upper() + outlet, OTHER, "https://two.example/z")
    assert placed(article(), again)


def test_a_title_that_names_nothing_identifies_nothing():
    assert not placed(article("Live updates"), article("Live updates", OTHER, "https://two.example/z"))


def test_one_publishers_recurring_title_is_each_time_another_story():
    """A morning briefing keeps its title and changes its text."""
    title = "Five things to know this morning"
    assert not placed(article(title), article(title, OTHER, "https://one.example/b"))


def test_a_cut_copy_with_a_new_title_and_a_new_beginning_is_the_same_story():
    copy = "From our correspondent. " + " ".join(TEXT.split()[10:60])
    assert placed(article(), article("No strike on the ferries", copy, "https://two.example/z"))


def test_a_copy_is_found_in_writing_without_spaces():
    text = "桑霍尔姆渡轮的船长们取消了罢工。经过一夜的谈判，公司提出在两年内加薪百分之六，每月有一个自由周末。"
    first = Article("https://one.example/a", "渡轮罢工取消", text, "zh")
    copy = Article("https://two.example/z", "船长回到船上", f"本报讯。{text[6:]}", "zh")
    assert retold(first, copy) == "copy"


def test_another_text_is_another_story():
    assert not placed(article(), article("Storm takes roof of sports hall", OTHER, "https://two.example/z"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Council agrees on 12th package of measures", "Council agrees on 13th package of measures"),
        ("Council agrees on twelfth package of measures", "Council agrees on 13th package of measures"),
        ("Rocket Boreas 7 reaches its orbit", "Rocket Boreas 8 reaches its orbit"),
        ("Tarnov accuses Borgen of economic war", "Borgen accuses Tarnov of economic war"),
        ("Ferry fire off Sandholm hurts four", "Ferry fire off Vargoy hurts four"),
        ("5 killed as ferry sinks off Sandholm", "50 killed as ferry sinks off Vargoy"),
    ],
)
def test_sibling_events_are_stories_of_their_own(one, other):
    """Another number, the roles swapped, another place: even where the texts fill in one template."""
    text = "The news came at noon. Tarnov and Borgen were asked about it. " + TEXT
    changed = text.replace("six percent", "three crowns").replace("Sandholm", "island").replace("noon", "dusk")
    assert not placed(article(one, text), article(other, changed[:300], "https://two.example/z"))


def test_another_ordinal_is_another_story_whatever_the_text_says():
    first = article("Council agrees on 12th package of measures")
    second = article("Council agrees on 13th package of measures", TEXT, "https://two.example/z")
    assert not placed(first, second)


RETOLD = (
    "A deal struck at four in the morning ends the strike of the ferry captains on Sandholm. The company lifts their "
    "pay by six percent in two steps. Ilse Borgen of the union said her members would go back to their ships on "
    "Thursday."
)


AGREED = (
    "The ferry captains of Sandholm have agreed to six percent more pay over two years and have ended their strike, "
    "the company and the union of Ilse Borgen said on Wednesday. The islanders will have their ferries on Thursday."
)


def test_another_report_of_the_same_news_joins_the_story():
    assert retold(article(), article("Sandholm ferries to sail again", RETOLD, "https://two.example/z")) == "report"


def test_news_of_another_day_in_the_same_words_is_another_story():
    """The likeness of reports fades within days; copies stay copies."""
    later = timedelta(hours=70)
    assert not placed(article(), article("Sandholm ferries to sail again", RETOLD, "https://two.example/z"), later)
    assert retold(article(), article(url="https://two.example/z"), later) == "copy"


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("de", "Kapitäne beenden Streik", "Die Kapitäne der Fähren nach Sandholm haben nach einer Nacht ihren Streik "
         "beendet, wie Ilse Borgen mitteilte. Die Reederei bietet 6 Prozent mehr Lohn."),
        ("ru", "Капитаны прекратили забастовку", "Капитаны паромов Сандхольма прекратили забастовку, сообщила Ильсе "
         "Борген. Компания предложила на 6 процентов больше."),
    ],
)  # fmt: skip
def test_the_same_news_in_another_language_joins_by_its_names(language, title, text):
    first = article("Sandholm captains call off their strike", TEXT.split(" The islanders", maxsplit=1)[0])
    assert placed(first, Article("https://zwei.example/a", title, text, language))


def test_one_name_in_common_joins_no_two_languages():
    text = "Auf Sandholm hat der Frühling begonnen. Die Schafe sind auf den Weiden, und das Wasser ist noch kalt."
    assert not placed(article(), Article("https://zwei.example/a", "Frühling auf Sandholm", text, "de"))


def test_a_growing_toll_is_the_same_story_and_news():
    tracker = StoryTracker()
    quake = (
        "An earthquake shook Tarrawa on Monday and killed at least five people. A school fell in the town of Okeru."
    )
    worse = "The earthquake in Tarrawa on Monday killed 23 people, the governor said. In Okeru a school fell."
    tell(tracker, article("At least 5 killed as quake shakes Tarrawa", quake))
    found = tell(tracker, article("Toll of Tarrawa quake rises to 23", worse, "https://two.example/b"), 3)
    assert (found.relation, found.news) == ("report", ("new number: 23 dead",))
    again = tell(tracker, article("Tarrawa quake: 23 dead", worse, "https://three.example/c"), 4)
    assert "new number: 23 dead" not in again.news


def test_a_copy_tells_nothing_new():
    tracker = StoryTracker()
    tell(tracker, article())
    copy = tell(tracker, article(f"{TITLE} - Two", f"{TEXT} Sign up for our letter.", "https://two.example/b"), 1)
    assert copy == Found(Placement(copy.story, "copy", ("One", "Two"), 1), ())


def test_the_same_text_under_a_new_number_is_an_update():
    tracker = StoryTracker()
    tell(tracker, article("Ferry strike costs 300 islanders their work", TEXT))
    found = tell(tracker, article("Ferry strike costs 450 islanders their work", TEXT, "https://two.example/b"), 1)
    assert (found.relation, found.news) == ("report", ("new number: 450 islanders",))


def test_a_new_quote_is_told_once():
    tracker = StoryTracker()
    tell(tracker, article())
    quoted = f'{RETOLD} "We shall never strike in winter again," said Ilse Borgen.'
    found = tell(tracker, article("Sandholm ferries to sail again", quoted, "https://two.example/b"), 1)
    assert found.news == ("new quote: “We shall never strike in winter again” (Ilse Borgen)",)
    third = article(
        "Ferry captains on Sandholm end their strike",
        f'{AGREED} "That is enough for us all," he said.',
        "https://three.example/c",
    )
    assert tell(tracker, third, 2, confirmed_by=9) == Found(
        Placement(found.story, "report", ("One", "Two", "Three"), 3), ()
    )


def test_confirmation_by_enough_publishers_is_told_once():
    tracker = StoryTracker()
    tell(tracker, article())
    confirmed = tell(
        tracker, article("Sandholm ferries to sail again", RETOLD, "https://two.example/b"), 1, confirmed_by=2
    )
    assert confirmed.news == ("now told by 2 independent publishers",)
    text = RETOLD.replace("A deal struck at four in the morning", "An agreement found before dawn at last")
    third = tell(
        tracker,
        article("Sandholm: ferries back on Thursday", text[:150], "https://three.example/b"),
        2,
        confirmed_by=2,
    )
    assert third.news == ()


def test_an_edited_headline_of_the_same_address_is_told():
    tracker = StoryTracker()
    tell(tracker, article())
    edited = article("Captains call off strike after minister steps in", TEXT, "https://one.example/a/")
    assert tell(tracker, edited, 1).news == (f"headline was: {TITLE}",)


def test_what_nobody_was_told_of_has_no_follow_up():
    """The next report is told as a whole; there is nothing that it could add to."""
    tracker = StoryTracker()
    quake = (
        "An earthquake shook Tarrawa on Monday and killed at least five people. A school fell in the town of Okeru."
    )
    tell(tracker, article("At least 5 killed as quake shakes Tarrawa", quake), alerted=False)
    found = tell(tracker, article("Toll of Tarrawa quake rises to 23", quake, "https://two.example/b"), 3)
    assert (found.relation, found.news) == ("report", ())


def told_by(*articles: tuple[Article, str], families: dict[str, str] | None = None) -> int:
    """How many publishers tell a story on their own."""
    tracker = StoryTracker(families=families)
    return [tell(tracker, one, hours, source).placement.independent for hours, (one, source) in enumerate(articles)][
        -1
    ]


TWO = article("Sandholm ferries to sail again", RETOLD, "https://two.example/b")


def test_copies_of_one_report_count_once():
    copy = article(f"{TITLE} - Three", TEXT, "https://three.example/c")
    assert told_by((article(), "One"), (TWO, "Two"), (copy, "Three")) == 2


def test_a_family_of_sources_counts_once():
    assert told_by((article(), "One"), (TWO, "Two")) == 2
    assert told_by((article(), "One"), (TWO, "Two"), families={"One": "house", "Two": "house"}) == 1


def test_a_source_with_two_domains_counts_once():
    assert told_by((article(), "One"), (TWO, "One")) == 1


@pytest.mark.parametrize(
    "signed", ["SANDHOLM (Reuters) - ", "Reuters — ", "SANDHOLM, Nov 3 (Reuters) ", "/Reuters/ "]
)
def test_texts_that_one_agency_signs_count_once(signed):
    one, two = replace(article(), text=signed + TEXT), replace(TWO, text=signed + RETOLD)
    assert told_by((one, "One"), (two, "Two")) == 1
    assert told_by((one, "One"), (replace(TWO, text="SANDHOLM (AP) - " + RETOLD), "Two")) == 2


def test_an_agency_and_whoever_prints_it_count_once():
    own = replace(article(), url="https://www.reuters.com/world/strike")
    assert told_by((own, "Reuters"), (replace(TWO, text="(Reuters) " + RETOLD), "Two")) == 1


def test_a_story_closes_three_days_after_its_last_hit():
    again = article(url="https://two.example/z")
    assert placed(article(), again, STORY_OPEN_AFTER_LAST)
    assert not placed(article(), again, STORY_OPEN_AFTER_LAST + timedelta(seconds=1))


def test_a_story_that_goes_on_stays_open_for_a_week():
    tracker, days = StoryTracker(), STORY_OPEN_AFTER_FIRST // timedelta(days=1)
    kinds = [tell(tracker, article(url=f"https://n{day}.example/z"), 24 * day).relation for day in range(days + 2)]
    assert kinds == ["first", *["copy"] * days, "first"]


def test_a_closed_story_leaves_nothing_behind():
    """A monitor runs for months: what no hit can join is forgotten, down to its words."""
    tracker = StoryTracker()
    tell(tracker, article())
    tell(tracker, article("Storm takes roof of sports hall", OTHER, "https://two.example/b"))
    tracker.place("ferries", reading(article()), NOON + timedelta(days=5))
    index = tracker._indexes["ferries"]
    assert (index._open_stories, index._hits, index._hits_by_feature, index._stories_by_feature) == ({}, {}, {}, {})


def test_an_edited_article_takes_no_words_from_the_others_of_its_story():
    """And leaves nothing behind when the story is forgotten."""
    tracker = StoryTracker()
    tell(tracker, article())
    copy = article(f"{TITLE} - Two", TEXT, "https://two.example/b")
    story = tell(tracker, copy, 1).story
    index, edited = tracker._indexes["ferries"], replace(article(), title="Storm takes roof of hall", text=OTHER)
    tracker.add(story, reading(edited), NOON, "report")
    words = {feature for feature, _ in _weighted_features(fingerprint_article(copy))}
    assert all(story.url in index._stories_by_feature[word] for word in words)
    tracker.place("ferries", reading(article()), NOON + timedelta(days=5))
    assert (index._open_stories, index._hits, index._hits_by_feature, index._stories_by_feature) == ({}, {}, {}, {})


def test_each_seed_has_its_own_stories():
    tracker = StoryTracker()
    tell(tracker, article())
    assert tracker.place("harbours", reading(article()), NOON).relation == "first"


def test_a_tracker_set_up_again_places_as_before():
    story = Story("ferries", "https://one.example/a", TITLE, "One", NOON)
    tracker = StoryTracker([PlacedHit.of(story, article(), "One", "first", NOON)])
    found = tracker.place("ferries", reading(article(url="https://two.example/z")), NOON)
    assert found == Placement(story, "copy", ("One", "Two"), 1)


def test_of_several_stories_the_most_alike_is_repeated():
    tracker = StoryTracker()
    near, same = article(TITLE, TEXT[:200]), article("Harbour news of the day", OTHER, "https://two.example/z")
    tell(tracker, near)
    story = tell(tracker, same).story
    again = article("Ferries sail again", TEXT, "https://two.example/z?page=1", canonical_url=same.url)
    assert tracker.place("ferries", reading(again), NOON).story == story


def test_entries_without_an_address_are_stories_of_their_own():
    tracker = StoryTracker()
    first = tell(tracker, article(url=""), source="One").story
    second = tell(tracker, article("Storm takes roof of sports hall", OTHER, ""), source="One").story
    assert first.url.startswith("urn:text:")
    assert first.url != second.url
