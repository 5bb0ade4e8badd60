"""The sentence: poll → read → match → store → alert, with a real archive and a made-up web."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

import pytest

from monitor.archive import Archive, ArchiveError, FeedSettings
from monitor.desk import Desk, DeskRules
from monitor.engine import InlineEngine
from monitor.match import Background, Matcher
from monitor.model import AlertTiming, Failure, Judgement, StageError
from monitor.pace import STORY_OPEN_AFTER_LAST
from monitor.pipeline import deliver_due, poll_due, read_due, send_delivery
from monitor.policy import AlertPolicy
from monitor.story import PlacedHit, StoryTracker
from tests.alerts import make_delivery
from tests.build import FEED_URL, HOUR, MINUTE, NOON, SEED, due_entries, make_archive, reading_of, rows
from tests.fakes import FakeChannel, FakeWeb, answer

BODY = (
    "Russia's foreign minister Sergei Lavrov rejected an immediate ceasefire in Ukraine on Monday, saying that a "
    "truce without talks about NATO would only freeze the war.",
    "Washington had demanded the ceasefire last week. Lavrov said that NATO had to be discussed first, and that a "
    "pause would only give the other side time to bring up weapons and men.",
    "European leaders called the refusal a tactic. They want the guns to fall silent along the present line, and "
    "talks to begin after that, with security guarantees for Ukraine on the table.",
)


def feed_of(*items: tuple[str, str], now: datetime = NOON) -> str:
    """An RSS document of (name, title) items."""
    listed = "".join(
        f"<item><guid>{name}</guid><title>{escape(title)}</title><link>https://news.example/{name}</link>"
        f"<pubDate>{now - HOUR:%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
        f"<description>{escape(title)}.</description></item>"
        for name, title in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{listed}</channel></rss>'


def page_of(title: str, paragraphs: tuple[str, ...] = BODY) -> str:
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body>"


class Room:
    """A monitor over a made-up web, with a clock that stands until it is moved."""

    def __init__(self, archive: Archive | None = None, timing: AlertTiming = AlertTiming()) -> None:  # noqa: B008 - frozen
        self.now = NOON
        self.timing = timing
        self.web = FakeWeb()
        self.archive = archive or make_archive()
        self.channels = {"desk": FakeChannel()}
        self.renew()

    def renew(self) -> None:
        """Set up the desk as a restart does."""
        seeds = self.archive.seeds
        background = Background(seeds.document_frequencies(), seeds.articles_by_language())
        told = [PlacedHit.of(*one) for one in seeds.placed_hits(self.now - STORY_OPEN_AFTER_LAST)]
        rules = DeskRules(AlertPolicy(tuple(self.channels), default_timing=self.timing))
        self.desk = Desk([SEED], Matcher([SEED], background), StoryTracker(told), rules)

    def publish(self, **articles: str) -> None:
        """Put a feed and its pages on the web."""
        feed = feed_of(*articles.items(), now=self.now)
        self.web.answers[FEED_URL] = answer(FEED_URL, feed, content_type="application/rss+xml")
        for name, title in articles.items():
            url = f"https://news.example/{name}"
            self.web.answers[url] = answer(url, page_of(title))

    def cycle(self) -> list[object]:
        """Everything that is due, once."""
        return asyncio.run(self._cycle())

    async def poll(self) -> None:
        """The first step alone."""
        async for _ in poll_due(lambda: self.now, self.archive, InlineEngine(self.web)):
            pass

    async def _cycle(self) -> list[object]:
        clock, engine = (lambda: self.now), InlineEngine(self.web)
        happened: list[object] = []
        happened += [one async for one in poll_due(clock, self.archive, engine)]
        happened += [one async for one in read_due(clock, self.archive, engine, self.desk)]
        happened += [one async for one in deliver_due(clock, self.archive, self.channels)]
        return happened

    def titles(self, channel: str = "desk") -> list[str]:
        return [delivery.alert.title for delivery in self.channels[channel].sent]


def test_news_of_the_subject_is_alerted_with_its_passage():
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire", garden="Garden show opens")
    room.web.answers["https://news.example/garden"] = answer(
        "https://news.example/garden",
        page_of("Garden show opens", ("The town's garden show opened on Monday. " * 12,)),
    )
    room.cycle()
    assert room.titles() == ["Lavrov rejects a ceasefire"]
    (delivery,) = room.channels["desk"].sent
    assert "ceasefire" in delivery.alert.passages[0].text
    assert rows(room.archive, "select count(*) from articles") == [(2,)]


def test_nothing_is_alerted_twice():
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    for _ in range(3):
        room.cycle()
        room.now += HOUR
        room.renew()
    assert room.titles() == ["Lavrov rejects a ceasefire"]


def test_an_alert_waits_while_its_channel_is_down():
    """What cannot be sent now is sent later, once, and does not keep other channels waiting."""
    room = Room()
    room.channels = {"desk": FakeChannel("desk"), "mail": FakeChannel("mail")}
    room.renew()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.channels["desk"].down = StageError("timeout")
    room.cycle()
    assert (room.titles("desk"), room.titles("mail")) == ([], ["Lavrov rejects a ceasefire"])
    room.channels["desk"].down = None
    room.now += MINUTE
    room.cycle()
    room.cycle()
    assert (room.titles("desk"), room.titles("mail")) == ([room.titles("mail")[0]], ["Lavrov rejects a ceasefire"])


def test_an_edited_headline_is_a_follow_up_and_the_archive_keeps_both():
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.cycle()
    room.now += HOUR
    room.publish(lavrov="Lavrov rejects a ceasefire after all-night talks")
    room.cycle()
    first, second = room.channels["desk"].sent
    assert (second.alert.kind, second.alert.title, second.alert.news) == (
        "follow_up",
        "Lavrov rejects a ceasefire after all-night talks",
        ("headline was: Lavrov rejects a ceasefire",),
    )
    assert second.alert.thread == first.alert.thread
    assert rows(room.archive, "select title, (select title from editions) from articles") == [
        (second.alert.title, first.alert.title)
    ]
    assert rows(room.archive, "select title, relation from hits") == [(second.alert.title, "first")]
    assert rows(room.archive, "select count(*) from decisions") == [(1,)]
    assert rows(room.archive, "select rowid from articles_fts where articles_fts match 'night'") == [(1,)]
    assert rows(room.archive, "select articles from languages") == [(1,)]  # its words were learned once


def test_a_headline_that_goes_back_and_forth_is_told_once():
    room = Room()
    titles = ("Lavrov rejects a ceasefire", "Moscow says no to ceasefire, Lavrov tells Washington")
    for number in range(6):
        room.publish(lavrov=titles[number % 2])
        room.cycle()
        if number == 3:
            room.renew()
        room.now += HOUR
    assert room.titles() == list(titles)


def test_a_page_that_becomes_news_by_an_edit_is_found():
    """The first lines of a report are often a stub: it is judged anew when its title changes."""
    room = Room()
    room.publish(stub="Developing: statement expected")
    room.web.answers["https://news.example/stub"] = answer(
        "https://news.example/stub", page_of("Developing: statement expected", ("More soon. " * 40,))
    )
    room.cycle()
    assert room.titles() == []
    room.now += HOUR
    room.publish(stub="Lavrov rejects a ceasefire")
    room.cycle()
    assert room.titles() == ["Lavrov rejects a ceasefire"]
    assert room.channels["desk"].sent[0].alert.kind == "hit"


def test_a_new_title_in_the_feed_alone_changes_nothing():
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.cycle()
    page = room.web.answers["https://news.example/lavrov"]
    room.now += HOUR
    room.publish(lavrov="UPDATE 1 - Lavrov rejects a ceasefire")
    room.web.answers["https://news.example/lavrov"] = page
    room.cycle()
    assert len(room.titles()) == 1
    assert rows(room.archive, "select count(*) from editions") == [(0,)]
    assert rows(room.archive, "select state, revisions from entries") == [("read", 1)]


def test_a_page_that_is_gone_when_it_is_read_again_stays_as_it_was():
    """What its feed alone tells does not take the place of its text."""
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.cycle()
    room.now += HOUR
    room.publish(lavrov="Lavrov rejects a ceasefire again")
    room.web.answers["https://news.example/lavrov"] = answer("https://news.example/lavrov", status=404)
    for _ in range(4):
        room.cycle()
        room.now += HOUR
    assert rows(room.archive, "select state from entries") == [("read",)]
    assert rows(room.archive, "select title, method from articles") == [("Lavrov rejects a ceasefire", "trafilatura")]
    assert len(room.titles()) == 1


def test_an_edit_after_its_story_has_ended_tells_nobody_again():
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.cycle()
    room.now += timedelta(hours=71, minutes=40)
    room.publish(lavrov="Lavrov rejects a ceasefire!")
    page = room.web.answers.pop("https://news.example/lavrov")
    room.cycle()
    room.web.answers["https://news.example/lavrov"] = page
    room.now += HOUR
    room.cycle()
    assert rows(room.archive, "select count(*) from editions") == [(1,)]
    assert rows(room.archive, "select count(*) from alerts where kind = 'hit'") == [(1,)]
    assert rows(room.archive, "select count(*) from stories") == [(1,)]


def test_after_a_restart_the_desk_knows_an_article_as_it_was_told():
    """An edit that nobody was told of is still news; one that somebody was told of is known."""
    room = Room()
    titles = [f"Lavrov rejects a ceasefire {day}" for day in ("", "on Monday", "on Tuesday")]
    room.publish(lavrov=titles[0])
    room.cycle()
    known = []
    for title, silenced in ((titles[1], True), (titles[2], False)):
        room.now += HOUR
        if silenced:
            room.archive.outbox_admin.silence(None, "lunch", room.now, room.now + MINUTE)
        room.publish(lavrov=title)
        room.cycle()
        known += [article.title for _, article, *_ in room.archive.seeds.placed_hits(NOON)]
    assert known == [titles[0].strip(), titles[2]]
    assert rows(room.archive, "select title from editions") == [(titles[0].strip(),), (titles[1],)]


def test_a_title_that_changes_while_its_page_is_read_is_not_missed():
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    asyncio.run(room.poll())
    (found,) = due_entries(room.archive, room.now)
    room.now += HOUR
    room.publish(lavrov="Lavrov rejects a ceasefire after talks")
    asyncio.run(room.poll())
    room.archive.entries.save(reading_of(found), Judgement(), room.now)
    assert [one.title for one in due_entries(room.archive, room.now)] == ["Lavrov rejects a ceasefire after talks"]


HOURLY = AlertTiming(when="hourly")


def test_a_digest_names_who_told_a_story_until_it_went_out():
    room = Room(timing=HOURLY)
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.cycle()
    other = "https://post.example/rss"
    room.archive.feeds.follow([FeedSettings(FEED_URL, "News"), FeedSettings(other, "Post")], room.now)
    room.now += timedelta(minutes=50)
    copied, title = "https://news.example/copied", "Lavrov rejects a ceasefire"
    feed = feed_of(("copied", title), now=room.now)
    room.web.answers |= {
        other: answer(other, feed, content_type="application/rss+xml"),
        copied: answer(copied, page_of(title)),
    }
    room.cycle()
    assert room.titles() == []
    room.now = NOON + HOUR
    room.cycle()
    (delivery,) = room.channels["desk"].sent
    assert (delivery.alert.title, delivery.alert.also) == ("Lavrov rejects a ceasefire", ("Post",))
    assert rows(room.archive, "select independent from stories") == [(1,)]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_story_whose_alert_was_silenced_while_it_waited_is_told_by_the_next_report(restarted):
    room = Room(timing=HOURLY)
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.cycle()
    room.archive.outbox_admin.silence(None, "lunch", room.now, NOON + HOUR + MINUTE)
    room.now = NOON + HOUR
    room.cycle()
    assert rows(room.archive, "select state from deliveries") == [("suppressed",)]
    if restarted:
        room.renew()
    room.now = NOON + 2 * HOUR + MINUTE
    room.publish(again="Lavrov rejects a ceasefire")
    room.cycle()
    room.now = NOON + 3 * HOUR + MINUTE
    room.cycle()
    assert room.titles() == ["Lavrov rejects a ceasefire"]


def test_a_refused_alert_is_dead_and_says_why():
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.channels["desk"].down = StageError("slack_404", final=True)
    room.cycle()
    assert rows(room.archive, "select state, problem from deliveries") == [("dead", "slack_404")]


def test_an_article_that_breaks_the_desk_costs_only_itself(caplog):
    """A bug with one article must not keep its batch from being read, now or at the next tick."""

    class Brittle(Desk):
        def judge(self, draft, known, now):
            if "garden" in draft.reading.article.url:
                raise ZeroDivisionError
            return super().judge(draft, known, now)

    room = Room()
    room.publish(garden="Garden show opens", lavrov="Lavrov rejects a ceasefire")
    room.desk.__class__ = Brittle
    room.cycle()
    assert room.titles() == ["Lavrov rejects a ceasefire"]
    assert rows(room.archive, "select key, problem, problem_detail from entries where state = 'due'") == [
        ("garden", "bug", "ZeroDivisionError")
    ]
    assert "bug with https://news.example/garden" in caplog.text


def test_a_feed_that_cannot_be_saved_costs_only_itself(caplog):
    class Broken(InlineEngine):
        async def map(self, stage, batches, now):
            async for outcomes in super().map(stage, batches, now):
                yield [replace(one, etag=["not", "text"]) if "other" in one.feed.url else one for one in outcomes]

    other = "https://other.example/rss"
    room = Room(make_archive(FEED_URL, other))
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.web.answers[other] = answer(other, feed_of(("x", "X")))

    async def polls() -> None:
        [one async for one in poll_due(lambda: NOON, room.archive, Broken(room.web))]

    asyncio.run(polls())
    assert rows(room.archive, "select url, problem from feeds order by id") == [(FEED_URL, None), (other, "bug")]
    assert rows(room.archive, "select key from entries") == [("lavrov",)]


def test_a_mistake_in_our_sql_costs_the_item_it_meets_and_is_in_the_log(caplog):
    """The disk is as it should be: a column that is not there is a bug of ours."""
    room = Room()
    room.archive._connection.conn.execute("alter table hits rename column relation to relationship")
    room.publish(garden="Garden show opens", lavrov="Lavrov rejects a ceasefire")
    garden = page_of(
        "Garden show opens", ("The garden show of Wexcombe opened in the rain, with roses and a brass band.",)
    )
    room.web.answers["https://news.example/garden"] = answer("https://news.example/garden", garden)
    room.cycle()
    assert rows(room.archive, "select key, state, problem, problem_detail from entries order by key") == [
        ("garden", "read", "short", None),
        ("lavrov", "due", "bug", "OperationalError"),
    ]
    assert "bug with https://news.example/lavrov" in caplog.text
    assert "table hits has no column named relation" in caplog.text
    room.archive._connection.conn.execute("alter table hits rename column relationship to relation")
    room.now += HOUR
    room.cycle()
    assert room.titles() == ["Lavrov rejects a ceasefire"]


def test_an_article_whose_feed_text_breaks_us_costs_only_itself(caplog):
    """Also where its page could not be had, and its feed's words stand in for it."""

    async def stage(entry, web, now):
        if "garden" in entry.key:
            raise StageError("http_404", final=True)
        return reading_of(entry)

    room = Room()
    room.publish(garden="Garden show opens", lavrov="Lavrov rejects a ceasefire")
    asyncio.run(room.poll())
    room.archive._connection.conn.execute("update entries set summary = x'ff' where key = 'garden'")

    async def read_all() -> list[object]:
        steps = read_due(lambda: NOON, room.archive, InlineEngine(room.web), room.desk, stage=stage)
        return [one async for one in steps]

    asyncio.run(read_all())
    assert rows(room.archive, "select key, state, problem from entries order by key") == [
        ("garden", "due", "bug"),
        ("lavrov", "read", None),
    ]


BRITTLE = "create trigger brittle before {} begin select json('no JSON'); end"
"""Makes one step of saving meet an error that says nothing about the disk."""


def test_a_message_whose_receipt_meets_a_bug_is_not_sent_again(caplog):
    """That it was sent is kept, if nothing else: nobody gets it every few minutes for a mistake of ours."""
    room = Room()
    room.archive._connection.conn.execute(BRITTLE.format("update of answer on deliveries"))
    room.publish(lavrov="Lavrov rejects a ceasefire")
    delivered = room.cycle()[-1]
    assert (delivered.state, delivered.outcome.answer) == ("sent", "ok")
    for _ in range(3):
        room.now += HOUR
        room.cycle()
    assert room.titles() == ["Lavrov rejects a ceasefire"]
    assert rows(room.archive, "select state, sent_at, problem from deliveries") == [
        ("sent", "2025-11-03T12:00:00Z", "bug")
    ]
    assert "bug with delivery 1 by desk" in caplog.text
    assert "malformed JSON" in caplog.text


def test_a_message_whose_failure_meets_a_bug_is_tried_again_later_and_given_up_in_time(caplog):
    """Nor does it keep the others from being sent."""
    room = Room()
    room.archive._connection.conn.execute(BRITTLE.format("insert on channels"))
    room.channels["mail"] = FakeChannel("mail")
    room.renew()
    room.channels["desk"].down = StageError("slack_403", channel_down=True)
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.cycle()
    assert room.titles("mail") == ["Lavrov rejects a ceasefire"]
    assert rows(room.archive, "select channel, state, attempts, due_at, problem from deliveries") == [
        ("desk", "pending", 1, "2025-11-03T12:00:30Z", "slack_403"),
        ("mail", "sent", 1, "2025-11-03T12:02:00Z", None),
    ]
    assert "bug with delivery 1 by desk" in caplog.text
    while room.now <= NOON + timedelta(hours=73):
        room.now += HOUR
        room.cycle()
    assert rows(room.archive, "select state, problem from deliveries where channel = 'desk'") == [
        ("dead", "slack_403")
    ]


def test_a_bug_in_a_channel_names_nobodys_address(caplog):
    class Broken(FakeChannel):
        async def send(self, delivery, now):
            raise ZeroDivisionError

    delivery = make_delivery("desk", "ana@news.example")
    outcome = asyncio.run(send_delivery(delivery, {"desk": Broken()}, NOON))
    assert outcome == Failure(delivery, "bug", detail="ZeroDivisionError")
    assert "bug with delivery 1 by desk" in caplog.text
    assert "ana@" not in caplog.text


def test_a_full_disk_saves_nothing_and_loses_nothing():
    """What was to be saved is due again as soon as there is room."""
    room = Room()
    room.publish(**{f"n{n}": f"Lavrov rejects a ceasefire {n}" for n in range(50)})
    conn = room.archive._connection.conn
    (pages,) = conn.execute("pragma page_count").fetchone()
    conn.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(ArchiveError, match="the archive cannot be written: database or disk is full"):
        room.cycle()
    assert rows(room.archive, "select etag, body_hash, (select count(*) from entries) from feeds") == [
        (None, None, 0)
    ]
    conn.execute("pragma max_page_count = 1000000")
    room.archive.recover(room.now)
    room.cycle()
    assert rows(room.archive, "select count(*) from entries") == [(50,)]
    assert room.titles()


def test_a_channel_that_breaks_is_charged_with_its_own_delivery():
    class Broken(FakeChannel):
        async def send(self, delivery, now):
            raise ZeroDivisionError

    room = Room()
    room.channels["desk"] = Broken()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    happened = room.cycle()[-1]
    assert (happened.state, happened.outcome.reason, happened.outcome.detail) == (
        "pending",
        "bug",
        "ZeroDivisionError",
    )


def test_a_dead_page_is_judged_by_what_its_feed_told():
    """A page that is gone costs the text, never the entry."""
    room = Room()
    room.publish(lavrov="Lavrov rejects an immediate ceasefire and speaks of NATO")
    room.web.answers["https://news.example/lavrov"] = answer("https://news.example/lavrov", status=404)
    room.cycle()
    assert rows(room.archive, "select method, problems from articles") == [("feed", "http_404")]
    assert room.titles() == ["Lavrov rejects an immediate ceasefire and speaks of NATO"]


def test_a_page_that_does_not_answer_is_tried_again_and_then_judged_by_its_feed():
    room = Room()
    room.publish(lavrov="Lavrov rejects an immediate ceasefire and speaks of NATO")
    room.web.answers["https://news.example/lavrov"] = StageError("timeout")
    states = []
    for _ in range(3):
        room.cycle()
        states += rows(room.archive, "select state, attempts from entries")
        room.now += timedelta(minutes=30)
    assert states == [("due", 1), ("due", 2), ("read", 2)]
    assert rows(room.archive, "select method, problems from articles") == [("feed", "timeout")]


def test_a_feed_in_trouble_does_not_stop_the_others():
    other = "https://other.example/rss"
    room = Room(make_archive(FEED_URL, other))
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.web.answers[other] = StageError("dns")
    happened = room.cycle()
    assert {type(one.outcome).__name__ for one in happened[:2]} == {"Poll", "Failure"}
    assert room.titles() == ["Lavrov rejects a ceasefire"]


def test_a_feed_that_says_unchanged_brings_nothing():
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.web.answers[FEED_URL] = answer(FEED_URL, feed_of(("lavrov", "Lavrov rejects a ceasefire")), etag='"v1"')
    room.cycle()
    room.web.answers[FEED_URL] = answer(FEED_URL, status=304)
    room.now += HOUR
    (polled,) = room.cycle()
    assert (polled.outcome.outcome, polled.new_entries) == ("unchanged", 0)
    assert room.web.requests[-1][1]["If-None-Match"] == '"v1"'


def test_a_steps_work_ends_when_there_shall_be_no_more():
    room = Room(make_archive(*(f"https://n{n}.example/rss" for n in range(5))))

    async def polls() -> int:
        return len([one async for one in poll_due(lambda: NOON, room.archive, InlineEngine(room.web), lambda: False)])

    assert asyncio.run(polls()) == 0
    assert rows(room.archive, "select count(*) from lanes") == [(0,)]


def test_a_poisoned_entry_is_set_aside_with_what_its_feed_told():
    """An entry that kills its worker twice comes back as a final failure."""

    class Poisoned:
        def __init__(self, inner: InlineEngine) -> None:
            self.inner = inner

        async def map(self, stage, batches, now):
            for batch in batches:
                yield [Failure(item, "poison", final=True, detail="died") for item in batch]

        async def close(self) -> None: ...

    room = Room()
    room.publish(lavrov="Lavrov rejects an immediate ceasefire and speaks of NATO")

    async def work() -> None:
        clock = lambda: NOON  # noqa: E731
        [one async for one in poll_due(clock, room.archive, InlineEngine(room.web))]
        [one async for one in read_due(clock, room.archive, Poisoned(InlineEngine(room.web)), room.desk)]

    asyncio.run(work())
    assert rows(room.archive, "select state, problem from entries") == [("read", "poison")]
    assert rows(room.archive, "select count(*) from hits") == [(1,)]


def sent_twice(channels: Mapping[str, FakeChannel]) -> list[str]:
    ids = [delivery.message_id for channel in channels.values() for delivery in channel.sent]
    return [one for one in set(ids) if ids.count(one) > 1]


def test_polling_and_restarting_in_any_order_repeats_no_message():
    room = Room()
    for hour in range(6):
        room.publish(**{f"a{n}": f"Lavrov rejects ceasefire number {n}" for n in range(hour + 1)})
        room.cycle()
        room.now += HOUR
        room.archive.recover(room.now)
        room.renew()
    assert sent_twice(room.channels) == []
