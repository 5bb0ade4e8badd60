"""What a report adds to a story: rule by rule, beside what people were told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from monitor.model import Article, PastAlert, Relation, Story
from monitor.story import PlacedHit, Placement, new_facts
from tests.build import NOON

STORY = Story("ferries", "https://one.example/a", "Ferry captains call off their strike", "One", NOON)
TEXT = "The captains of the Sandholm ferries have called off their strike."
FIRST = Article("https://one.example/a", STORY.title, TEXT, "en")
SECOND = Article("https://two.example/b", "Sandholm ferries to sail again on Thursday", TEXT, "en")


def told(article: Article, *news: str, **facts: object) -> PastAlert:
    """That people were told of an article, and what was new in it."""
    return PastAlert(article.identity, "desk", NOON, title=article.title, news=news, **facts)  # type: ignore[arg-type]


def place(
    own: Article,
    earlier: Sequence[Article],
    *,
    relation: Relation = "report",
    copies: int | None = None,
    publishers: int = 1,
) -> Placement:
    """A hit beside the earlier ones of its story; `copies` is the place of the one whose text it has."""
    hits = [PlacedHit.of(STORY, one, "One", "report", NOON) for one in earlier]
    hit = PlacedHit.of(STORY, own, "Two", relation, NOON)
    text = len(earlier) if copies is None else copies
    places = tuple(range(len(earlier)))
    return Placement(STORY, relation, ("One",), publishers, hit, text, tuple(hits), places)


def news_in(
    own: Article, *, known: Sequence[Article] = (FIRST,), past: Sequence[PastAlert] | None = None
) -> tuple[str, ...]:
    """What a report adds to the articles of its story, all of which were told."""
    return new_facts(place(own, known), [told(one) for one in known] if past is None else past, 9)


# --- who was told of what ----------------------------------------------------------------------

NUMBERED = replace(SECOND, title="Sandholm ferries to sail again for 450 islanders")


def test_nothing_is_new_to_who_was_told_nothing():
    assert news_in(NUMBERED) == ("new number: 450 islanders",)
    assert news_in(NUMBERED, past=[]) == ()


def test_what_stood_in_a_catch_up_digest_counts_as_not_told():
    """It may be long: nobody is taken to know what is in it."""
    assert news_in(NUMBERED, past=[told(FIRST, catch_up=True)]) == ()


def test_the_first_of_a_story_adds_nothing():
    assert new_facts(Placement(STORY, "first", ("One",)), [told(FIRST)], 1) == ()


def test_what_only_an_untold_report_says_is_new():
    known = [FIRST, NUMBERED]
    again = replace(NUMBERED, url="https://three.example/c")
    assert news_in(again, known=known) == ()
    assert news_in(again, known=known, past=[told(FIRST)]) == ("new number: 450 islanders",)


def test_a_copy_adds_nothing_unless_its_text_was_told_to_nobody():
    known = [FIRST, NUMBERED]
    copy = place(replace(NUMBERED, url="https://three.example/c"), known, relation="copy", copies=1)
    assert new_facts(copy, [told(FIRST)], 9) == ("new number: 450 islanders",)
    of_known = place(NUMBERED, [FIRST], relation="copy", copies=0)
    assert new_facts(of_known, [told(FIRST)], 9) == ()


def test_a_text_that_some_of_its_prints_told_is_known():
    known = [FIRST, NUMBERED, replace(NUMBERED, url="https://three.example/c")]
    copy = replace(
        place(replace(NUMBERED, url="https://four.example/d"), known, relation="copy", copies=1), texts=(0, 1, 1)
    )
    assert new_facts(copy, [told(FIRST), told(NUMBERED)], 9) == ()
    assert new_facts(copy, [told(FIRST), told(known[2])], 9) == ()


def test_a_copy_by_its_headline_alone_adds_nothing():
    """Its text is its own, and was told to nobody; but what is in it is taken to be what its twin says."""
    assert new_facts(place(NUMBERED, [FIRST], relation="copy"), [told(FIRST)], 9) == ()


# --- quotes ------------------------------------------------------------------------------------

QUOTE = "We shall never strike in winter again"


def quoting(
    *quotes: str, url: str = "https://two.example/b", title: str = SECOND.title, language: str = "en"
) -> Article:
    said = " ".join(f'"{quote}," said Ilse Borgen.' for quote in quotes)
    return Article(url, title, f"{TEXT} {said}", language)


def test_a_new_quote_is_told_with_its_speaker():
    assert news_in(quoting(QUOTE)) == (f"new quote: “{QUOTE}” (Ilse Borgen)",)
    nameless = replace(SECOND, text=f'{TEXT} "{QUOTE}." The harbour is calm.')
    assert news_in(nameless) == (f"new quote: “{QUOTE}.”",)


def test_a_story_tells_one_new_quote():
    """The next one, in another report, is not told any more."""
    past = [told(FIRST), told(SECOND, f"new quote: “{QUOTE}” (Ilse Borgen)")]
    other = quoting("The company has learned its lesson now", url="https://three.example/c")
    assert news_in(other, known=[FIRST, SECOND], past=past[:1]) == (
        "new quote: “The company has learned its lesson now” (Ilse Borgen)",
    )
    assert news_in(other, known=[FIRST, SECOND], past=past) == ()


def test_a_quote_that_people_could_read_already_is_not_new():
    known = [FIRST, quoting(QUOTE.upper().replace("STRIKE", "strike –"))]
    assert news_in(quoting(QUOTE, url="https://three.example/c"), known=known) == ()


def test_of_several_quotes_the_first_new_one_is_told():
    own = quoting(
        QUOTE, "The company has learned its lesson now", "Nobody wanted this to last", url="https://x.example/c"
    )
    assert news_in(own, known=[FIRST, quoting(QUOTE)]) == (
        "new quote: “The company has learned its lesson now” (Ilse Borgen)",
    )


def test_a_quote_in_another_language_may_be_a_translation():
    german = quoting("Wir werden nie wieder im Winter streiken", language="de")
    assert news_in(german) == ()
    assert news_in(german, known=[FIRST, replace(FIRST, url="https://zwei.example/a", language="de")]) != ()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("word " * 31 + "endin", "word " * 31 + "endin"),
        ("word " * 31 + "ending", "word " * 30 + "word…"),
        ("word " * 33 + "end", "word " * 30 + "word…"),
    ],
)
def test_a_quote_of_more_than_160_characters_is_cut_at_a_word(words, shown):
    assert news_in(quoting(words)) == (f"new quote: “{shown}” (Ilse Borgen)",)


# --- numbers -----------------------------------------------------------------------------------


def titled(title: str, text: str = TEXT, url: str = "https://two.example/b") -> Article:
    return Article(url, title, text, "en")


@pytest.mark.parametrize(
    ("title", "text", "news"),
    [
        ("Ferry strike costs 450 islanders their work", TEXT, ("new number: 450 islanders",)),
        (
            "Ferry strike costs 450 islanders 30 crowns each",
            TEXT,
            ("new number: 450 islanders", "new number: 30 crowns"),
        ),
        ("Ferry strike ends after 12 days on Sandholm", TEXT, ()),
        ("Ferry strike ends in its 3rd round of talks", TEXT, ()),
        ("Ferry captains sail again from Sandholm", "The strike cost 450 islanders their work. " + TEXT, ()),
        ("Ferry fire on Sandholm kills 5 people", TEXT, ("new number: 5 dead",)),
        (
            "Ferry fire on Sandholm",
            "The fire killed 5 people and left 12 wounded. " + TEXT,
            ("new number: 5 dead", "new number: 12 hurt"),
        ),
        ("Ferry fire on Sandholm kills 5 people", "The fire killed 5 people. " + TEXT, ("new number: 5 dead",)),
        ("Ferry fire on Sandholm", "It burned. It burned all night. The fire killed 5 people.", ()),
    ],
)
def test_numbers_of_the_headline_and_tolls_of_the_opening_are_news(title, text, news):
    assert news_in(titled(title, text)) == news


def test_a_number_that_stands_anywhere_in_what_was_told_is_not_new():
    known = replace(FIRST, text=f"{TEXT} Nothing sailed. Nobody came. It cost 450 islanders their work.")
    assert news_in(titled("Ferry strike costs 450 islanders their work"), known=[known]) == ()


@pytest.mark.parametrize(
    ("before", "now", "news"),
    [
        ("kills 5 people", "kills 23 people", ("new number: 23 dead",)),
        ("kills 5 people", "kills 5 people", ()),
        ("kills 23 people", "kills 5 people", ()),
        ("kills 23 people", "leaves 5 wounded", ("new number: 5 hurt",)),
        ("kills 9 people", "kills 10 people", ("new number: 10 dead",)),
        ("leaves 23 wounded", "leaves 5 dead", ("new number: 5 dead",)),
        ("leaves 5 dead and 23 wounded", "leaves 9 dead and 20 wounded", ("new number: 9 dead",)),
    ],
)
def test_a_toll_is_new_when_it_has_grown(before, now, news):
    """A lower one counts only some of the dead; the hurt are counted for themselves."""
    first = titled(f"Ferry fire on Sandholm {before}", url="https://one.example/a")
    assert news_in(titled(f"Ferry fire on Sandholm {now}"), known=[first]) == news


# --- confirmation ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("publishers", "said_before", "news"),
    [
        (2, 1, ()),
        (3, 1, ("now told by 3 independent publishers",)),
        (4, 2, ("now told by 4 independent publishers",)),
        (4, 3, ()),
    ],
)
def test_that_enough_publishers_tell_it_is_news_once(publishers, said_before, news):
    own = place(SECOND, [FIRST], publishers=publishers)
    assert new_facts(own, [told(FIRST), told(FIRST, independent=said_before)], 3) == news


def test_a_copy_may_confirm_a_story():
    own = place(SECOND, [FIRST], relation="copy", copies=0, publishers=3)
    assert new_facts(own, [told(FIRST)], 3) == ("now told by 3 independent publishers",)


# --- headlines ---------------------------------------------------------------------------------

EDITED = replace(FIRST, title="Captains call off strike after minister steps in")
TWIN = replace(EDITED, url="https://mirror.example/x", canonical_url=FIRST.url)


def test_each_edit_of_a_headline_is_told_with_the_one_before():
    assert news_in(EDITED) == (f"headline was: {FIRST.title}",)
    past = [told(FIRST), told(EDITED, f"headline was: {FIRST.title}")]
    again = replace(FIRST, title="Captains call off strike for good and sail")
    assert news_in(again, known=[EDITED], past=past) == (f"headline was: {EDITED.title}",)


@pytest.mark.parametrize("title", [FIRST.title.upper(), f"{FIRST.title}!", f"{FIRST.title} - The Daily Planet"])
def test_a_headline_that_is_only_dressed_up_is_not_new(title):
    assert news_in(replace(FIRST, title=title)) == ()


def test_a_headline_that_was_told_before_is_not_new_when_it_comes_back():
    named = replace(FIRST, title=f"{FIRST.title} - The Daily Planet")
    assert news_in(FIRST, known=[EDITED], past=[told(named), told(EDITED)]) == ()


def test_of_the_twins_at_other_addresses_one_headline_is_told():
    assert news_in(TWIN) == (f"headline was: {FIRST.title}",)
    past = [told(FIRST), told(SECOND, "headline was: Captains hope for a deal")]
    assert news_in(TWIN, past=past) == ()


def test_of_several_twins_the_last_one_says_what_the_headline_was():
    other = replace(TWIN, url="https://third.example/x", title="Captains to sail again on Thursday")
    assert news_in(TWIN, known=[FIRST, other]) == (f"headline was: {other.title}",)


def test_another_headline_at_another_address_is_no_edit():
    assert news_in(SECOND) == ()


def test_an_edited_article_is_compared_with_itself_and_not_with_its_twins():
    twin = replace(TWIN, title="Captains to sail again on Thursday")
    assert news_in(EDITED, known=[FIRST, twin]) == (f"headline was: {FIRST.title}",)


def test_an_article_whose_headline_stays_has_no_new_one_whoever_was_told_of_it():
    rewritten = replace(FIRST, text=f"{TEXT} The harbour is calm.")
    assert news_in(rewritten, known=[FIRST, SECOND], past=[told(SECOND)]) == ()
