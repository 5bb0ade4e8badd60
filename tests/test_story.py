"""Stories: which hits tell the same news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Article, Story
from monitor.story import MEMORY, Newsstand, Told

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


def first_story(told: Article) -> Story:
    return Story("ferries", told.url, told.title, "One", NOON)


def placed(first: Article, second: Article, later: timedelta = timedelta(hours=1)) -> bool:
    """Whether the second article repeats the first one's story."""
    story = first_story(first)
    stand = Newsstand()
    stand.add(story, first, NOON)
    found = stand.place("ferries", second, NOON + later)
    assert found in (story, None)
    return found is not None


def test_the_first_hit_is_news():
    assert Newsstand().place("ferries", article(), NOON) is None


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


def test_another_text_is_another_story():
    assert not placed(article(), article("Storm takes roof of sports hall", OTHER, "https://two.example/z"))


def test_another_number_in_the_title_is_another_story():
    first = article("Council agrees on 12th package of measures")
    second = article("Council agrees on 13th package of measures", TEXT, "https://two.example/z")
    assert not placed(first, second)


def test_a_story_is_closed_after_three_days():
    again = article(url="https://two.example/z")
    assert placed(article(), again, MEMORY)
    assert not placed(article(), again, MEMORY + timedelta(seconds=1))


def test_each_seed_has_its_own_stories():
    stand = Newsstand()
    stand.add(first_story(article()), article(), NOON)
    assert stand.place("harbours", article(), NOON) is None


def test_a_newsstand_set_up_again_places_as_before():
    story = first_story(article())
    stand = Newsstand([Told.of(story, article(), NOON)])
    assert stand.place("ferries", article(url="https://two.example/z"), NOON) == story


def test_of_several_stories_the_most_alike_is_repeated():
    stand = Newsstand()
    near, same = article(TITLE, TEXT[:200]), article("Strike is off", TEXT, "https://two.example/z")
    stand.add(first_story(near), near, NOON)
    stand.add(first_story(same), same, NOON)
    again = article("Ferries sail again", TEXT, "https://two.example/z?page=1", canonical_url=same.url)
    assert stand.place("ferries", again, NOON) == first_story(same)
