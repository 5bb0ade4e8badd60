"""The open stories of a seed: which of them a hit joins, how long they stay open, and what an edit changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Article, Entry, Reading, Relation, Story
from monitor.story import PlacedHit, Placement, StoryTracker
from monitor.story.index import StoryIndex
from tests.build import HOUR, NOON

TITLE = "Ferry captains call off strike after night of talks"
TEXT = (
    "The captains of the Sandholm ferries have called off their strike. After a night of talks the company offered "
    "them six percent more pay over two years and a free weekend each month. Captain Ilse Borgen of the union called "
    "the offer fair. The islanders had stocked up on food and medicine since Monday."
)
RETOLD = (
    "A deal struck at four in the morning ends the strike of the ferry captains on Sandholm. The company lifts their "
    "pay by six percent in two steps. Ilse Borgen of the union said her members would go back to their ships."
)
FIRST = Article("https://one.example/a", TITLE, TEXT, "en")
COPY = replace(FIRST, url="https://two.example/b", title=f"{TITLE} - Two")
REPORT = Article("https://three.example/c", "Sandholm ferries to sail again", RETOLD, "en")
STORM = Article(
    "https://one.example/storm",
    "Storm tears roof off the sports hall",
    "A storm has torn the roof off the sports hall. Nobody was hurt, as training had ended an hour before. The fire "
    "brigade closed the road, and the school will be shut until an engineer has seen the beams.",
    "en",
)


def read(article: Article, source: str = "") -> Reading:
    """An article from a source that its host names, unless said otherwise."""
    name = source or article.url.split("/")[2].split(".")[0].title()
    return Reading(Entry(0, 1, article.url, article.url, article.title, source=name), article)


class Stories(StoryTracker):
    """A tracker that remembers what it places."""

    def tell(self, article: Article, hours: float = 0, source: str = "") -> Placement:
        now = NOON + hours * HOUR
        placed = self.place("ferries", read(article, source), now)
        self.add(placed.story, read(article, source), now, placed.relation)
        return placed

    def find(self, article: Article, hours: float = 0) -> tuple[str, Relation]:
        """The address of the story that an article would join, and how."""
        placed = self.place("ferries", read(article), NOON + hours * HOUR)
        return placed.story.url, placed.relation


def test_a_story_is_what_its_first_hit_says():
    """To the second, as the archive keeps it: a restart must not change a story's age."""
    placed = StoryTracker().place("ferries", read(FIRST), NOON + timedelta(microseconds=900_000))
    assert placed.story == Story("ferries", FIRST.url, TITLE, "One", NOON)


def test_hits_are_remembered_to_the_second():
    stories = Stories()
    stories.tell(FIRST, 0.0001)
    assert [one.seen for one in stories.tell(COPY, 1).earlier] == [NOON]


RUSSIAN = "Капитаны прекратили забастовку, сообщил профсоюз. Паромы пойдут в четверг."


def test_one_address_is_one_story_though_no_word_is_the_same():
    """An article that was translated, or swapped for another."""
    stories = Stories()
    stories.tell(FIRST)
    assert stories.find(Article(FIRST.url, "Забастовка прекращена", RUSSIAN, "ru"), 1) == (FIRST.url, "report")


def test_one_headline_is_one_story_though_no_word_of_the_texts_is_the_same():
    stories = Stories()
    stories.tell(FIRST)
    assert stories.find(Article("https://two.example/ru", TITLE, RUSSIAN, "ru"), 1) == (FIRST.url, "report")


def test_a_text_that_shares_some_sentences_with_another_is_its_own():
    stories = Stories()
    stories.tell(FIRST)
    quoting = replace(REPORT, text=f"{RETOLD} {TEXT[:75]}")
    placed = stories.tell(quoting, 1)
    assert (placed.relation, placed.text, placed.independent) == ("report", 1, 2)


def test_a_text_made_of_two_counts_as_the_earlier_one():
    stories = Stories()
    stories.tell(FIRST)
    stories.tell(REPORT, 1)
    both = replace(REPORT, url="https://four.example/d", text=f"{RETOLD} {TEXT}")
    assert (stories.tell(both, 2).text, stories.tell(replace(both, url="https://five.example/e"), 3).text) == (0, 0)


def test_what_few_stories_say_sets_one_apart_more():
    """Nearly all of it where one story of many has it, little where all have."""
    index = StoryIndex()
    assert index.rarities()["name lekov"] == 1.0
    for number, title in enumerate(["Lekov speaks in Dolna", "Lekov speaks in Brell", "Lekov speaks in Senda"]):
        article = Article(f"https://one.example/{number}", title, "", "en")
        story = Story("ferries", article.url, title, "One", NOON)
        index.add(PlacedHit.of(story, article, "One", "first", NOON), {})
    (lekov,) = {
        feature for feature, stories in index._stories_by_feature.items() if len(stories) == 3 and "name" in feature
    }
    (dolna,) = {f for f, told in index._stories_by_feature.items() if len(told) == 1 and f.startswith("name d")}
    assert (index.rarities()[lekov], index.rarities()[dolna]) == (0.25, pytest.approx((5 / 6) ** 2))


def test_who_has_a_story_is_named_once_and_in_the_order_of_time():
    stories = Stories()
    for hours, (article, source) in enumerate([(FIRST, "One"), (COPY, "Two"), (REPORT, "One")]):
        stories.tell(article, hours, source)
    again = replace(REPORT, url="https://three.example/d")
    assert stories.tell(again, 3, "Four").outlets == ("One", "Two", "Four")


def test_a_copy_of_a_copy_has_the_text_of_the_first():
    stories = Stories()
    stories.tell(FIRST)
    stories.tell(REPORT, 1)
    stories.tell(COPY, 2)
    placed = stories.tell(replace(COPY, url="https://four.example/d"), 3)
    assert (placed.texts, placed.text, placed.independent) == ((0, 1, 0), 0, 2)
    assert [one.source for one in placed.earlier] == ["One", "Three", "Two"]


def test_a_report_has_a_text_of_its_own():
    stories = Stories()
    stories.tell(FIRST)
    placed = stories.tell(REPORT, 1)
    assert (placed.relation, placed.text, placed.texts, placed.independent) == ("report", 1, (0,), 2)


def test_a_report_joins_no_story_that_has_the_opposite_of_it():
    """Though it is like another hit of that story; the copy of one joins nevertheless."""
    accuses = replace(REPORT, title="Tarnov accuses Borgen over the ferry strike", url="https://five.example/x")
    told_anew = "The ferry captains of Sandholm have ended their strike for six percent more pay, Ilse Borgen said."
    replies = Article("https://six.example/y", "Borgen accuses Tarnov over the ferry strike", told_anew, "en")
    stories = Stories()
    stories.tell(FIRST)
    assert stories.find(replies, 1) == (FIRST.url, "report")
    assert stories.tell(accuses, 1).story.url == FIRST.url
    assert stories.find(replies, 2) == (replies.url, "first")
    assert stories.find(replace(replies, text=TEXT), 2) == (FIRST.url, "copy")


def test_of_two_stories_that_are_as_alike_the_earlier_is_joined():
    stories = Stories()
    stories.add(Story("ferries", FIRST.url, TITLE, "One", NOON), read(FIRST), NOON, "first")
    twin = Story("ferries", COPY.url, COPY.title, "Two", NOON)
    stories.add(twin, read(COPY), NOON, "first")
    assert stories.find(replace(FIRST, url="https://four.example/d"), 1) == (FIRST.url, "copy")


# --- how long a story is open ------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "relation"), [(72, "copy"), (72.001, "first")])
def test_a_story_is_open_for_three_days_after_its_last_hit(hours, relation):
    stories = Stories()
    stories.tell(FIRST)
    assert stories.find(COPY, hours)[1] == relation


@pytest.mark.parametrize(("hours", "relation"), [(168, "copy"), (168.001, "first")])
def test_a_story_is_open_for_a_week_after_its_first_hit(hours, relation):
    stories = Stories()
    for day in (0, 2, 4, 6):
        stories.tell(replace(FIRST, url=f"https://n{day}.example/a"), 24 * day)
    assert stories.find(COPY, hours)[1] == relation


def test_an_edit_does_not_keep_a_story_open():
    """Nor does it change who came first."""
    stories = Stories()
    stories.tell(FIRST)
    stories.tell(COPY, 1)
    stories.tell(replace(FIRST, title="Captains call off strike after minister steps in"), 48)
    assert stories.find(replace(COPY, url="https://four.example/d"), 73)[1] == "copy"
    assert stories.find(replace(COPY, url="https://four.example/d"), 74)[1] == "first"


# --- edits -------------------------------------------------------------------------------------


def test_an_edited_article_is_found_by_its_new_words_and_no_more_by_its_old_ones():
    stories = Stories()
    story = stories.tell(FIRST).story
    stories.add(story, read(replace(STORM, url=FIRST.url)), NOON, "report")
    assert stories.find(replace(STORM, url="https://two.example/s"), 1) == (FIRST.url, "copy")
    assert stories.find(COPY, 1) == (COPY.url, "first")


def test_an_edited_article_keeps_its_place_among_the_hits():
    stories = Stories()
    story = stories.tell(FIRST).story
    stories.tell(COPY, 1)
    stories.add(story, read(replace(FIRST, title="Strike is off")), NOON + 2 * HOUR, "report")
    placed = stories.tell(REPORT, 3)
    assert [(one.source, one.fingerprint.headline, one.seen, one.relation) for one in placed.earlier] == [
        ("One", "Strike is off", NOON, "first"),
        ("Two", TITLE, NOON + HOUR, "copy"),
    ]


def test_each_story_forgets_only_itself():
    stories = Stories()
    stories.tell(FIRST)
    stories.tell(STORM, 48)
    assert stories.find(COPY, 80)[1] == "first"
    assert stories.find(replace(STORM, url="https://two.example/s"), 80) == (STORM.url, "copy")


# --- many stories ------------------------------------------------------------------------------


def test_among_many_stories_a_report_finds_its_own():
    """Only the twelve most alike are looked at closely; of what nearly all stories say, none is found."""
    stories = Stories()
    towns = [f"{first}{last}" for first in ("Bran", "Kors", "Lind", "Mar", "Ost") for last in ("holm", "vik", "dal")]
    for town in towns:
        stories.tell(
            Article(
                f"https://one.example/{town}",
                f"Ferry to {town} is late again",
                f"The ferry to {town} was late again on Monday. The {town} council has asked the company why. "
                f"Weather off {town} was calm, the harbour master said.",
                "en",
            )
        )
    later = "Council wants to know why the ferry is late. The ferry company owes {0} an answer. {0} had calm weather."
    for town in towns:
        report = Article(
            f"https://two.example/{town}", f"{town} council asks why the ferry was late", later.format(town), "en"
        )
        assert stories.find(report, 1) == (f"https://one.example/{town}", "report")


def test_each_source_is_one_publisher_by_family_then_domain_then_name():
    families = {"Three": "house", "One": "house"}
    stories = Stories(families=families)
    stories.tell(FIRST)
    assert stories.tell(REPORT, 1).independent == 1
    nameless = Stories()
    nameless.tell(replace(FIRST, url=""), 0, "Wire")
    assert nameless.tell(replace(REPORT, url=""), 1, "Wire").independent == 1
    other = nameless.tell(
        replace(REPORT, url="", title="Ferries sail again to Sandholm", text=TEXT[:200]), 2, "Other"
    )
    assert (other.outlets, other.independent) == (("Wire", "Other"), 1)
    apart = Stories()
    apart.tell(replace(FIRST, url=""), 0, "Wire")
    assert apart.tell(replace(REPORT, url=""), 1, "Other").independent == 2
