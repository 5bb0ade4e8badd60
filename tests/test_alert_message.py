"""What a message says: in plain text, in HTML and on the console."""

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.alert import ConsoleChannel, Secret, send_by_channel
from monitor.alert.console import _render_console_text, count_columns
from monitor.alert.cutting import MARK_OFF, MARK_ON, cut_text, mark_passage, shorten_passage, split_at_marks
from monitor.alert.html import render_html
from monitor.alert.message import compose_message
from monitor.alert.plain import render_text
from monitor.model import Passage, Sent, StageError
from tests.alerts import (
    HOSTILE,
    KINDS,
    SCRIPTS,
    SENTENCE,
    delivery_of,
    everywhere,
    hostile_delivery,
    make_alert,
    make_delivery,
    make_digest,
    make_follow_up,
    make_notice,
)
from tests.build import HOUR, NOON
from tests.fakes import FakeChannel

OUR_TAGS = {"html", "head", "meta", "title", "body", "div", "h1", "p", "b", "blockquote", "mark", "a", "br", "span"}
IN_DIGESTS = {"h2", "h3"}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


class Seen(HTMLParser):
    """What a mail program finds in a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.links, self.marked, self.text = set(), set(), [], [], ""
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._open = tag
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag):
        self._open = ""

    def handle_data(self, data):
        self.text += data
        if self._open == "mark":
            self.marked.append(data)


def text_of(**changes):
    return render_text(compose_message(make_delivery(**changes)))


def page_of(**changes):
    return Seen(render_html(compose_message(make_delivery(**changes))))


def page_on_console(words):
    return _render_console_text(words, bold=False)


def printed(stream=None, delivery=None, **changes):
    stream = stream or io.StringIO()
    asyncio.run(ConsoleChannel("console", stream).send(delivery or make_delivery(**changes), NOON))
    return stream.getvalue()


# --- plain text --------------------------------------------------------------------------------


def test_a_message_tells_the_news_first_and_then_why():
    assert text_of() == (
        "Kremlin turns down the truce\n"
        "The Wexcombe Post · published 3 Nov 2025, 09:05 UTC\n"
        "\n"
        "“*Lavrov* said a *ceasefire* was out of the question.”\n"
        "\n"
        "Why: 2 of 2 topics in the lead; like the seed\n"
        "For: Moscow rejects a ceasefire: strong (0.81)\n"
        "Topics: ceasefire, Lavrov\n"
        "\n"
        "Article: https://news.example/truce?a=1&b=2\n"
        "Archive: http://archive.example/monitor/hits/7\n"
        "Relevant or not: http://archive.example/monitor/-/label/7"
    )


def test_what_the_source_left_undated_is_told_by_when_it_was_first_seen():
    assert "The Wexcombe Post · undated, first seen 3 Nov 2025, 12:00 UTC" in text_of(published=None)


def test_times_are_told_in_the_readers_zone():
    delivery = make_delivery(published=datetime(2025, 11, 2, 22, 30, tzinfo=UTC))
    assert "published 3 Nov 2025, 01:30 MSK" in render_text(compose_message(delivery, ZoneInfo("Europe/Moscow")))
    summer = make_delivery(published=datetime(2025, 7, 3, 12, tzinfo=UTC))
    assert "published 3 Jul 2025, 14:00 CEST" in render_text(compose_message(summer, ZoneInfo("Europe/Berlin")))


def test_every_channel_tells_times_in_its_zone():
    stream, zone = io.StringIO(), ZoneInfo("Europe/Berlin")
    asyncio.run(ConsoleChannel("console", stream, zone=zone).send(make_delivery(), NOON))
    assert "published 3 Nov 2025, 10:05 CET" in stream.getvalue()


def test_times_are_told_in_utc_unless_another_zone_is_set():
    published = datetime(2025, 11, 3, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    assert "published 2 Nov 2025, 22:30 UTC" in text_of(published=published)


def test_a_delivery_in_doubt_says_that_it_may_be_a_repetition():
    doubtful = make_delivery(in_doubt=True)
    assert render_text(compose_message(doubtful)).splitlines()[-1].startswith("(may be a repetition")
    assert "(may be a repetition" not in text_of()
    assert "(may be a repetition" in render_html(compose_message(doubtful))
    assert "│ (may be a repetition" in printed(delivery=doubtful)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_alert_says_that_it_may_be_a_repetition(kind):
    for in_doubt in (True, False):
        note = compose_message(replace(delivery_of(KINDS[kind]()), in_doubt=in_doubt)).note
        assert note.startswith("(may be a repetition") == in_doubt


def test_what_is_missing_leaves_no_gap():
    bare = {"title": "", "source": "", "url": None, "archive_url": None, "label_url": None, "reason": ""}
    assert text_of(**bare, passages=(), topics=(), published=None) == (
        "(no title)\n"
        "(unnamed source) · undated, first seen 3 Nov 2025, 12:00 UTC\n"
        "\n"
        "Why: (no reason given)\n"
        "For: Moscow rejects a ceasefire: strong (0.81)"
    )


@pytest.mark.parametrize("title", ["\u200b\u00ad", " \n", "\ud800", "\x1b"])
def test_a_title_of_nothing_to_see_is_no_title(title):
    """Slack refuses an empty header, and nobody can click on one."""
    assert compose_message(make_delivery(title=title)).headline == "(no title)"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//news.example/",
        "https://bank@evil.example/",
        "ftp://a.example/",
        "",
    ],
)
def test_a_link_that_may_not_be_followed_is_dropped(link):
    assert "Article:" not in text_of(url=link)
    assert page_of(url=link, archive_url=None, label_url=None).links == []


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_stays_as_it_is(text):
    assert text in text_of(title=text)
    assert f"“*{text}*”" in text_of(passages=(Passage(text, 0, ((0, len(text)),)),))
    assert text in page_of(title=text).text
    assert text in printed(title=text)


def test_marks_that_do_not_fit_their_passage_are_left_out():
    """Facts come back from an archive that an older version may have written."""
    passage = Passage(SENTENCE, 0, ((0, 6), (3, 9), (7, 7), (14, 23), (40, 400), (9, 9)))
    (shown,) = compose_message(make_delivery(passages=(passage,))).passages
    assert shown.marks == ((0, 6), (14, 23))


def test_a_long_passage_is_cut_between_words_and_keeps_its_marks():
    passage = Passage("ceasefire talks " * 100, 0, ((0, 9), (16, 25), (1500, 1509)))
    (shown,) = compose_message(make_delivery(passages=(passage,))).passages
    assert len(shown.text) <= 600
    assert shown.text.endswith(("talks…", "ceasefire…"))
    assert shown.marks == ((0, 9), (16, 25))


def test_a_long_passage_is_shown_around_its_first_mark():
    passage = Passage("talks " * 200 + "ceasefire now", 0, ((1200, 1209),))
    (shown,) = compose_message(make_delivery(passages=(passage,))).passages
    assert shown.text.startswith("…talks")
    assert [shown.text[start:end] for start, end in shown.marks] == ["ceasefire"]


@given(
    st.text("ab停\u0301 ", min_size=12, max_size=30), st.integers(0, 230), st.integers(1, 9), st.integers(150, 200)
)
def test_a_cut_passage_marks_what_was_marked(verse, start, size, limit):
    text = verse * 20
    assume(text[start] != " ")
    shown = shorten_passage(Passage(text, 0, ((start, start + size),)), limit)
    assert len(shown.text) <= limit
    ((begin, end),) = shown.marks
    assert text[start : start + size].startswith(shown.text[begin:end])


@pytest.mark.parametrize("sign", ["e\u0301", "👩\u200d⚖\ufe0f", "नि"])
def test_no_sign_is_cut_in_two(sign):
    for limit in range(10, 20):
        kept = cut_text(sign * 20, limit).removesuffix("…")
        assert kept == sign * (len(kept) // len(sign))


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("peace now", 9, "peace now"),
        ("peace   now and then", 9, "peace…"),
        ("a bcdefghij", 5, "a…"),
        (" bcdefghij", 5, " bcd…"),
        ("x" * 41 + " " + "y" * 41, 60, "x" * 41 + "…"),
        ("x" * 20 + " " + "y" * 80, 80, "x" * 20 + " " + "y" * 58 + "…"),
    ],
)
def test_text_is_cut_between_words_if_one_ends_nearby(text, limit, cut):
    assert cut_text(text, limit) == cut


@pytest.mark.parametrize(
    ("passage", "shown"),
    [
        (Passage("truce now", 3, ((0, 5),)), Passage("truce now", 3, ((0, 5),))),
        (Passage("x" * 100, 3, ((0, 100),)), Passage("xxxxxxxx…", 3, ((0, 8),))),
        (Passage("word " * 100, 3, ()), Passage("word…", 3, ())),
    ],
)
def test_a_passage_of_no_more_than_its_limit_stays_as_it_is(passage, shown):
    """And no mark reaches over the sign that something was left out."""
    assert shorten_passage(passage, 9) == shown


@pytest.mark.parametrize(("marked", "is_cut"), [(90, False), (150, True)])
def test_a_cut_passage_begins_at_its_own_start_if_its_first_mark_is_seen_then(marked, is_cut):
    shown = shorten_passage(Passage("word " * 100, 0, ((marked, marked + 4),)), 150)
    assert (shown.start > 0, shown.text.startswith("…")) == (is_cut, is_cut)


@pytest.mark.parametrize(
    ("passage", "bits"),
    [
        (Passage("truce", 0, ((0, 5),)), [("truce", True)]),
        (Passage("no truce", 0, ((0, 2), (2, 8))), [("no", True), (" truce", True)]),
        (Passage("truce", 0), [("truce", False)]),
    ],
)
def test_a_passage_falls_into_what_is_marked_and_what_is_not(passage, bits):
    assert list(split_at_marks(passage)) == bits


@given(st.text(), st.integers(2, 40))
def test_cutting_keeps_to_its_limit(text, limit):
    assert len(cut_text(text, limit)) <= limit
    assert cut_text(text, limit) == text or cut_text(text, limit).endswith("…")


@given(st.text(min_size=1), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50))))
def test_a_passage_is_told_whole_whatever_its_marks(text, marks):
    """With its marks taken away, a marked passage is the passage."""
    shown = compose_message(make_delivery(passages=(Passage(text, 0, tuple(marks)),))).passages
    for passage in shown:
        unmarked = mark_passage(passage, MARK_ON, MARK_OFF).replace(MARK_ON, "").replace(MARK_OFF, "")
        assert unmarked.split() == passage.text.split()


@given(
    st.sampled_from(sorted(KINDS)),
    st.text(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.floats(0, 1),
    st.sampled_from(["UTC", "Asia/Tokyo", "America/Lima"]),
)
def test_a_message_can_always_be_written(kind, text, published, score, zone):
    words = compose_message(hostile_delivery(kind, text, published=published, score=score), ZoneInfo(zone))
    for written in (render_text(words), render_html(words), page_on_console(words)):
        written.encode()
        assert not any(sign in written for sign in "\x00\x01\x02\x1b\r\x85\u2028\u202e")


@given(st.sampled_from(sorted(KINDS)), st.text())
def test_nobody_outside_adds_a_line(kind, text):
    """A forged `Article:` line would be taken for ours."""
    bare = {"url": None, "passages": (Passage("a", 0),)}
    written, most = (
        render_text(compose_message(hostile_delivery(kind, said, **bare))) for said in (text, "a harmless word")
    )
    # Two titles that come out the same are one: so a line may go, but none is added.
    assert len(written.split("\n")) <= len(most.split("\n")) + written.count("Report: ") - most.count("Report: ")


# --- how much is told --------------------------------------------------------------------------


def listed_passages(alert):
    """The passages that a digest shows of an alert."""
    return compose_message(delivery_of(make_digest(alert))).groups[0].items[0].passages


def named_outlets(*names):
    """The other outlets that a message names."""
    others = compose_message(delivery_of(make_follow_up(also=names))).others
    return others.removeprefix("also in: ").partition(";")[0]


@pytest.mark.parametrize(
    ("part", "limit"),
    [
        (lambda text: compose_message(make_delivery(title=text)).headline, 250),
        (lambda text: compose_message(make_delivery(source=text)).byline.partition(" ·")[0], 80),
        (lambda text: compose_message(make_delivery(seed_title=text)).seed_and_score.partition(":")[0], 120),
        (lambda text: compose_message(make_delivery(seed_title="", seed=text)).seed_and_score.partition(":")[0], 120),
        (lambda text: compose_message(make_delivery(reason=text)).reason, 400),
        (lambda text: compose_message(make_delivery(topics=(text[:80], *[text[:80]] * 4))).topics, 400),
        (lambda text: compose_message(make_delivery(passages=(Passage(text, 0),))).passages[0].text, 600),
        (lambda text: compose_message(delivery_of(make_follow_up(story_title=text))).story, 250),
        (lambda text: compose_message(delivery_of(make_follow_up(news=(text,)))).headline.removeprefix("New: "), 120),
        (lambda text: compose_message(delivery_of(make_follow_up(news=(text[:99],) * 9))).headline, 250),
        (named_outlets, 60),
        (lambda text: named_outlets(*[text[:55]] * 4), 160),
        (lambda text: compose_message(delivery_of(make_digest(make_alert(title=text)))).headline, 250),
        (lambda text: compose_message(delivery_of(make_digest(make_alert(), lead=text))).lead, 400),
        (lambda text: compose_message(delivery_of(make_notice(lead=text))).lead, 400),
        (lambda text: listed_passages(make_alert(passages=(Passage(text, 0),)))[0].text, 240),
    ],
)
def test_each_part_of_a_message_has_its_length(part, limit):
    """The sum of them all is what the channels' own limits were measured with."""
    assert (len(part("x" * 2_000)), part("x" * 2_000)[-1]) == (limit, "…")


def test_a_message_shows_two_passages_and_a_digest_one_of_each_report():
    """Those in which there is something to see."""
    passages = (Passage("\u200b", 0), *(Passage(f"Passage {number}.", number) for number in range(3)))
    shown = compose_message(make_delivery(passages=passages)).passages
    assert [passage.text for passage in shown] == ["Passage 0.", "Passage 1."]
    assert [passage.text for passage in listed_passages(make_alert(passages=passages))] == ["Passage 0."]


def test_a_message_knows_the_language_of_its_words():
    assert [compose_message(make_delivery(language=code)).language for code in ("uk", None)] == ["uk", ""]


@pytest.mark.parametrize("name", ["הארץ", "الجزيرة"])
def test_after_a_name_from_right_to_left_a_line_goes_on_from_left_to_right(name):
    others = compose_message(delivery_of(make_follow_up(also=(name, "AP")))).others
    assert others.startswith(f"also in: {name}\u200e, AP;")


# --- the other kinds ---------------------------------------------------------------------------


def test_a_follow_up_begins_with_what_is_new_and_names_its_story():
    assert render_text(compose_message(delivery_of(make_follow_up()))) == (
        "New: Lavrov is quoted; 41 killed\n"
        "Story: Kremlin turns down the truce\n"
        "Report: Lavrov names his terms\n"
        "The Wexcombe Post · published 3 Nov 2025, 09:05 UTC\n"
        "also in: AP, DW, Le Monde, NHK (+1); 4 independent publishers\n"
        "\n"
        "“*Lavrov* said a *ceasefire* was out of the question.”\n"
        "\n"
        "Why: 2 of 2 topics in the lead; like the seed\n"
        "For: Moscow rejects a ceasefire: strong (0.81)\n"
        "Topics: ceasefire, Lavrov\n"
        "\n"
        "Article: https://news.example/truce?a=1&b=2\n"
        "Archive: http://archive.example/monitor/hits/7\n"
        "Relevant or not: http://archive.example/monitor/-/label/7"
    )


def test_a_follow_up_without_a_word_for_its_news_is_told_by_its_title():
    assert compose_message(delivery_of(make_follow_up(news=()))).headline == "New: Lavrov names his terms"


def test_a_follow_up_of_a_story_without_a_title_names_its_report():
    words = compose_message(delivery_of(make_follow_up(story_title="")))
    assert (words.story, words.report) == ("Lavrov names his terms", "")


@pytest.mark.parametrize(
    ("also", "independent", "told"),
    [
        ((), 1, ""),
        (("AP",), 2, "also in: AP; 2 independent publishers"),
        (("AP", "DW"), 1, "also in: AP, DW; copies of one report"),
        ((), 3, "3 independent publishers"),
        (("AP", "الجزيرة"), 3, "also in: AP, الجزيرة\u200e; 3 independent publishers"),
        (("AP", "\u200b", "DW"), 2, "also in: AP, DW; 2 independent publishers"),
    ],
)
def test_a_message_says_who_else_has_the_story(also, independent, told):
    assert compose_message(make_delivery(also=also, independent=independent)).others == told


def test_a_digest_lists_its_reports_by_seed_the_newest_first():
    digest = make_digest(
        make_alert(title="Oldest", published=NOON - 3 * HOUR, passages=(), url=None),
        make_alert(title="Grain ship sails", seed="grain", seed_title="Grain corridor", published=NOON - 2 * HOUR),
        make_follow_up(published=NOON - HOUR),
        make_alert(title="Undated", published=None, seen=NOON - 4 * HOUR, passages=(), url=None, also=("AP",)),
    )
    assert render_text(compose_message(delivery_of(digest), ZoneInfo("Europe/Berlin"))) == (
        "Lavrov names his terms (+3 more)\n"
        "4 reports · 3 Nov 2025, 13:00 CET\n"
        "\n"
        "held back in quiet hours\n"
        "\n"
        "== Moscow rejects a ceasefire ==\n"
        "\n"
        "- New: Lavrov is quoted; 41 killed\n"
        "  Story: Kremlin turns down the truce\n"
        "  Report: Lavrov names his terms\n"
        "  The Wexcombe Post · published 3 Nov 2025, 12:00 CET\n"
        "  also in: AP, DW, Le Monde, NHK (+1); 4 independent publishers\n"
        "  “*Lavrov* said a *ceasefire* was out of the question.”\n"
        "  https://news.example/truce?a=1&b=2\n"
        "\n"
        "- Oldest\n"
        "  The Wexcombe Post · published 3 Nov 2025, 10:00 CET\n"
        "\n"
        "- Undated\n"
        "  The Wexcombe Post · undated, first seen 3 Nov 2025, 09:00 CET\n"
        "  also in: AP; copies of one report\n"
        "\n"
        "== Grain corridor ==\n"
        "\n"
        "- Grain ship sails\n"
        "  The Wexcombe Post · published 3 Nov 2025, 11:00 CET\n"
        "  “*Lavrov* said a *ceasefire* was out of the question.”\n"
        "  https://news.example/truce?a=1&b=2\n"
        "\n"
        "Archive: http://archive.example/monitor/hits"
    )


def test_of_two_reports_at_one_time_the_better_comes_first():
    digest = make_digest(make_alert(title="Good", score=0.6), make_alert(title="Better", score=0.7))
    (group,) = compose_message(delivery_of(digest)).groups
    assert [item.headline for item in group.items] == ["Better", "Good"]


def test_a_digest_ends_with_how_many_more_there_are():
    digest = make_digest(*(make_alert(title=f"Report {n}", published=NOON - n * HOUR) for n in range(43)))
    words = compose_message(delivery_of(digest))
    assert [item.headline for group in words.groups for item in group.items] == [f"Report {n}" for n in range(40)]
    assert words.byline == "43 reports · 3 Nov 2025, 12:00 UTC"
    for written in (render_text(words), render_html(words), page_on_console(words)):
        assert "+3 more in the archive" in written


def test_a_digest_is_headed_by_its_newest_report():
    digest = make_digest(make_alert(title="Older", published=NOON - 9 * HOUR), make_alert())
    assert compose_message(delivery_of(digest)).headline == "Kremlin turns down the truce (+1 more)"


def test_a_notice_says_what_happened_and_what_to_do():
    assert render_text(compose_message(delivery_of(make_notice()))) == (
        "The channel desk is broken: slack_404\n"
        "a notice of the monitor's own · 3 Nov 2025, 12:00 UTC\n"
        "\n"
        "Make a new webhook. 3 alerts wait for it."
    )


# --- HTML --------------------------------------------------------------------------------------


def test_a_page_marks_the_terms_and_links_to_the_article_and_the_hit():
    page = page_of()
    assert page.marked == ["Lavrov", "ceasefire"]
    assert page.links == [
        "https://news.example/truce?a=1&b=2",
        "https://news.example/truce?a=1&b=2",
        "http://archive.example/monitor/hits/7",
        "http://archive.example/monitor/-/label/7",
    ]
    assert "Read the article at news.example" in page.text


def test_a_phone_shows_the_passage_beneath_the_subject():
    """It shows the first words of a page; the headline is in the subject already."""
    page = render_html(compose_message(make_delivery()))
    assert Seen(page[page.index("<body") :]).text.strip().startswith(SENTENCE)


@pytest.mark.parametrize(
    ("score", "words"),
    [(0.81, "strong (0.81)"), (0.746, "strong (0.75)"), (0.744, "clear (0.74)"), (0.5, "borderline (0.50)")],
)
def test_a_score_is_told_in_words(score, words):
    assert compose_message(make_delivery(score=score)).seed_and_score == f"Moscow rejects a ceasefire: {words}"


def test_a_page_loads_nothing():
    """No images, styles or scripts from elsewhere: opening a mail tells nobody."""
    assert page_of().tags == OUR_TAGS
    assert "url(" not in render_html(compose_message(make_delivery()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(text, kind):
    links = {"archive_url": "http://archive.example/monitor/hits/7", "label_url": None}
    page = Seen(render_html(compose_message(hostile_delivery(kind, text, **links))))
    assert page.tags <= OUR_TAGS | IN_DIGESTS
    assert page.attributes <= {"charset", "content", "dir", "href", "lang", "name", "style"}
    assert page.links == ([] if kind == "notice" else ["http://archive.example/monitor/hits/7"])


@given(st.sampled_from(sorted(KINDS)), st.text(alphabet=st.sampled_from("<>&\"'/= abimgscriptonload:;!-")))
def test_no_text_becomes_a_tag(kind, text):
    page = Seen(render_html(compose_message(hostile_delivery(kind, text))))
    assert page.tags <= OUR_TAGS | IN_DIGESTS
    assert page.attributes <= {"charset", "content", "dir", "href", "lang", "name", "style"}


# --- console -----------------------------------------------------------------------------------


def test_the_console_prints_an_alert():
    assert printed() == (
        "\n"
        "▌ Kremlin turns down the truce\n"
        "▌ The Wexcombe Post · published 3 Nov 2025, 09:05 UTC\n"
        "│ “*Lavrov* said a *ceasefire* was out of the question.”\n"
        "│ why      2 of 2 topics in the lead; like the seed\n"
        "│ for      Moscow rejects a ceasefire: strong (0.81)\n"
        "│ topics   ceasefire, Lavrov\n"
        "│ article  https://news.example/truce?a=1&b=2\n"
        "│ archive  http://archive.example/monitor/hits/7\n"
        "│ label    http://archive.example/monitor/-/label/7\n"
        "\n"
    )


def test_the_console_prints_a_digest():
    digest = make_digest(make_alert(), make_follow_up(published=NOON))
    assert printed(delivery=delivery_of(digest)) == (
        "\n"
        "▌ Lavrov names his terms (+1 more)\n"
        "▌ 2 reports · 3 Nov 2025, 12:00 UTC\n"
        "│ held back in quiet hours\n"
        "│ = Moscow rejects a ceasefire\n"
        "│ - New: Lavrov is quoted; 41 killed\n"
        "│   story    Kremlin turns down the truce\n"
        "│   report   Lavrov names his terms\n"
        "│   The Wexcombe Post · published 3 Nov 2025, 12:00 UTC\n"
        "│   also in: AP, DW, Le Monde, NHK (+1); 4 independent publishers\n"
        "│   “*Lavrov* said a *ceasefire* was out of the question.”\n"
        "│   https://news.example/truce?a=1&b=2\n"
        "│ - Kremlin turns down the truce\n"
        "│   The Wexcombe Post · published 3 Nov 2025, 09:05 UTC\n"
        "│   “*Lavrov* said a *ceasefire* was out of the question.”\n"
        "│   https://news.example/truce?a=1&b=2\n"
        "│ archive  http://archive.example/monitor/hits\n"
        "\n"
    )


def test_a_long_line_of_the_console_goes_on_beneath_its_beginning():
    page = printed(topics=tuple(f"topic number {number}" for number in range(9)))
    assert page.splitlines()[6:8] == [
        "│ topics   topic number 0, topic number 1, topic number 2, topic number 3, topic number 4, topic",
        "│          number 5, topic number 6, topic number 7, topic number 8",
    ]


def test_a_terminal_shows_the_terms_in_bold():
    assert "│ “\x1b[1mLavrov\x1b[0m said a \x1b[1mceasefire\x1b[0m was out of the question.”\n" in printed(Terminal())


def test_bold_ends_with_the_line_and_goes_on_in_the_next():
    words = "truce " * 30
    lines = printed(Terminal(), passages=(Passage(words, 0, ((0, len(words)),)),)).splitlines()
    quoted = [line for line in lines if "truce " in line]
    assert len(quoted) == 2
    assert [(line.startswith(("│ “\x1b[1m", "│ \x1b[1m")), "\x1b[0m" in line) for line in quoted] == [
        (True, True)
    ] * 2


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_gives_a_terminal_orders(text):
    page = printed(Terminal(), **everywhere(text))
    assert not any(sign in page.replace("\x1b[1m", "").replace("\x1b[0m", "") for sign in "\x1b\x07\x9b\u202e\r")


@given(st.text(max_size=400) | st.text(alphabet="停戦 мирa\u0301🕊", max_size=400))
def test_no_line_is_wider_than_a_hundred_columns(text):
    for stream in (io.StringIO(), Terminal()):
        page = "".join(
            printed(stream, hostile_delivery(kind, text, url=None, archive_url=None)) for kind in sorted(KINDS)
        )
        plain = page.replace("\x1b[1m", "").replace("\x1b[0m", "")
        assert max(count_columns(line) for line in plain.splitlines()) <= 100


def test_a_console_of_few_letters_gets_the_others_by_number():
    """`LANG=C` must not lose an alert."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    asyncio.run(ConsoleChannel("console", stream).send(make_delivery(title="Мир"), NOON))
    assert b"\\u041c\\u0438\\u0440\n" in stream.buffer.getvalue()


def test_a_closed_console_is_trouble_not_a_bug():
    stream = io.StringIO()
    stream.close()
    with pytest.raises(StageError, match="console_closed"):
        printed(stream)


# --- delivering --------------------------------------------------------------------------------


def test_a_delivery_goes_by_the_channel_it_names():
    desk, other = FakeChannel("desk"), FakeChannel("other")
    delivery = make_delivery("desk")
    assert asyncio.run(send_by_channel(delivery, {"other": other, "desk": desk}, NOON)) == Sent(delivery, "ok")
    assert (desk.sent, other.sent) == ([delivery], [])


def test_a_delivery_by_a_channel_that_is_gone_waits():
    """It may have been renamed by mistake."""
    with pytest.raises(StageError) as caught:
        asyncio.run(send_by_channel(replace(make_delivery(), channel="gone"), {}, NOON))
    assert (caught.value.reason, caught.value.final) == ("no_such_channel", False)


def test_a_secret_shows_itself_only_when_asked():
    secret = Secret("open sesame")
    assert f"{secret} {secret!r} {[secret]}".count("sesame") == 0
    assert secret.reveal() == "open sesame"
