"""The desk: who is told of a hit, and why nobody is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest

from monitor import assembly
from monitor.config.settings import AlertsTable, FeedTable, Settings
from monitor.desk import Desk, DeskRules
from monitor.match import Background, Matcher
from monitor.model import AlertTiming, Dispatch, JudgedDecision, Judgement, PastAlert, Report
from monitor.pace import CATCH_UP_WAIT
from monitor.policy import AlertPolicy, Route
from monitor.story import PlacedHit, StoryTracker
from tests.build import HOUR, MINUTE, NOON, SEED, Past, alert_of, entry, judge_with, make_archive, reading_of

TEXT = (
    "Russia's foreign minister Sergei Lavrov rejected an immediate ceasefire in Ukraine on Monday, saying that a "
    "truce without talks about NATO would only freeze the war.\n"
    "Washington had demanded the ceasefire last week. Lavrov said that NATO had to be discussed first.\n"
)
RULES = DeskRules(AlertPolicy(("desk", "mail"), {"desk": ("",), "mail": ("a@x.example", "b@x.example")}))


def make_desk(*told, rules=RULES, seed=SEED, background=None):
    return Desk([seed], Matcher([seed], background or Background()), StoryTracker(told), rules)


def report(name="one", text=TEXT, title="Lavrov rejects a ceasefire with NATO", **changes):
    return reading_of(replace(entry(name), title=title, **changes), text)


def past_alerts_of(reading, judgement, now):
    """What a judgement that is saved tells."""
    for found in judgement.decisions:
        for alert, to in ((promise.alert, to) for promise in found.promises for to in promise.to):
            follows = alert.kind == "follow_up"
            told = (alert.title, alert.news, alert.independent)
            yield found.story, PastAlert(reading.article.identity, to.channel, now, follows, to.catch_up, *told)


PASTS = WeakKeyDictionary()


def judge(desk, reading, now, silences=None):
    """A judgement that is saved: the desk remembers it, and the archive who is told."""
    past = PASTS.setdefault(desk, Past())
    judgement = judge_with(desk, reading, now, past, silences)
    past += past_alerts_of(reading, judgement, now)
    desk.remember(reading, judgement, now)
    return judgement


def judged(judgement: Judgement) -> JudgedDecision:
    (only,) = judgement.decisions
    return only


def test_a_hit_alerts_every_recipient_of_the_default_channels():
    found = judged(judge(make_desk(), report(), NOON))
    assert found.decision.hit
    assert found.to == (Dispatch("desk"), Dispatch("mail", "a@x.example"), Dispatch("mail", "b@x.example"))
    assert alert_of(found).title == "Lavrov rejects a ceasefire with NATO"
    assert alert_of(found).seed_title == SEED.title
    assert alert_of(found).published == NOON - HOUR


def test_a_seed_may_name_its_own_channels():
    found = judged(judge_with(make_desk(seed=replace(SEED, channels=("desk",))), report(), NOON))
    assert found.to == (Dispatch("desk"),)


def test_a_seed_may_alert_nobody_and_its_hits_say_so():
    found = judged(judge_with(make_desk(seed=replace(SEED, channels=())), report(), NOON))
    assert (found.promises, found.silent_because) == (
        (),
        "no channel is set for this seed, or for hits like this one",
    )


def test_what_is_no_hit_tells_nobody():
    garden = "The town's garden show opened on Monday under a truce between rain and sun.\n"
    judgement = judge(make_desk(), report(text=garden, title="Garden show opens"), NOON)
    found = judged(judgement)
    assert (found.decision.hit, found.story, found.to, found.silent_because) == (False, None, (), None)


def test_the_same_news_alerts_once():
    desk = make_desk()
    first = judged(judge(desk, report("one"), NOON))
    second = judged(judge(desk, report("two"), NOON + HOUR))
    assert second.story == first.story
    assert second.to == ()
    assert second.silent_because == "same story as “Lavrov rejects a ceasefire with NATO” (News)"


def test_a_restart_does_not_alert_again():
    first = report("one")
    story = judged(judge(make_desk(), first, NOON)).story
    told = Past((story, PastAlert(first.article.identity, channel, NOON)) for channel in ("desk", "mail"))
    again = make_desk(PlacedHit.of(story, first.article, "News", "first", NOON))
    found = judged(judge_with(again, report("two"), NOON + HOUR, told))
    assert (found.story, found.to) == (story, ())


RETOLD = (
    "Moscow will not stop its guns. Sergei Lavrov, Russia's foreign minister, turned down the immediate ceasefire in "
    'Ukraine that Washington had demanded, and wants talks about NATO first. "We will not freeze this war for '
    'anybody", Lavrov said.\n'
)


def another(name, source, number=0, **changes):
    """Another report of the same news, by another source, with a number of its own."""
    title = f"Lavrov turns down ceasefire in {number} towns" if number else "Lavrov turns down a ceasefire with NATO"
    reading = report(name, RETOLD, title, source=source, **changes)
    return replace(reading, article=replace(reading.article, url=f"https://{source.lower()}.example/{name}"))


def test_a_report_with_news_is_a_follow_up_in_the_thread_of_its_story():
    desk = make_desk()
    first = judged(judge(desk, report("one"), NOON))
    found = judged(judge(desk, another("two", "Post"), NOON + HOUR))
    assert (found.relation, found.story) == ("report", first.story)
    assert found.to == first.to
    assert alert_of(found) == replace(
        alert_of(found),
        kind="follow_up",
        news=("new quote: “We will not freeze this war for anybody” (Lavrov)",),
        also=("News",),
        independent=2,
        thread=alert_of(first).thread,
    )
    assert (alert_of(first).kind, alert_of(first).also, alert_of(first).independent, alert_of(first).news) == (
        "hit",
        (),
        1,
        (),
    )


def test_a_report_without_news_says_who_else_has_the_story():
    desk = make_desk()
    judge(desk, report("one"), NOON)
    judge(desk, another("two", "Post"), NOON + HOUR)
    again = judged(judge(desk, another("three", "Mirror"), NOON + 2 * HOUR))
    assert again.to == ()
    assert again.silent_because == "same story as “Lavrov rejects a ceasefire with NATO” (News); also in Post"


def test_a_widely_told_story_names_a_few_of_its_outlets():
    desk = make_desk()
    for number in range(8):
        last = judged(judge(desk, report(f"r{number}", source=f"S{number}"), NOON + number * HOUR))
    assert last.silent_because == (
        "same story as “Lavrov rejects a ceasefire with NATO” (S0); also in S1, S2, S3, S4, S5 and 1 more"
    )


def test_a_story_has_only_so_many_follow_ups_a_day():
    desk = make_desk(rules=replace(RULES, follow_ups_a_day=1))
    judge(desk, report("one"), NOON)
    assert judged(judge(desk, another("two", "Post", 30), NOON + HOUR)).to
    capped = judged(judge(desk, another("three", "Post", 60), NOON + 2 * HOUR))
    assert capped.to == ()
    assert capped.silent_because == (
        "same story as “Lavrov rejects a ceasefire with NATO” (News), which had its follow-ups of the day; "
        "new number: 60 towns"
    )
    next_day = another("four", "Post", 90, published=NOON + 20 * HOUR)
    assert judged(judge(desk, next_day, NOON + 26 * HOUR)).to


def test_a_story_nobody_was_told_of_begins_with_a_hit_that_names_the_others():
    desk = make_desk()
    silent = judged(judge(desk, report("one"), NOON, {"ceasefire": "silenced"}))
    found = judged(judge(desk, another("two", "Post"), NOON + HOUR))
    assert found.story == silent.story
    assert (alert_of(found).kind, alert_of(found).news, alert_of(found).also) == ("hit", (), ("News",))


def test_the_settings_reach_the_desk():
    """Families of sources and the day's follow-ups are set, and hold."""
    feeds = tuple(FeedTable(f"https://{name}.example/rss", name.title(), family="house") for name in ("news", "post"))
    alerts = AlertsTable(follow_ups_a_day=0)
    settings = Settings(Path("config"), Path("seeds"), alerts=alerts, feeds=feeds, seeds=(SEED,))
    desk = assembly.make_desk(settings, make_archive(), NOON)
    judge(desk, report("one"), NOON)
    found = judged(judge(desk, another("two", "Post", 30), NOON + HOUR))
    assert "which had its follow-ups of the day; new number: 30 towns" in found.silent_because
    assert desk._tracker.place("ceasefire", another("three", "Post", 60), NOON + HOUR).independent == 1


def test_old_news_is_told_in_one_digest_and_wakes_nobody():
    old = report(published=NOON - timedelta(days=4))
    found = judged(judge(make_desk(), old, NOON))
    assert found.decision.hit
    assert {(one.catch_up, one.digest, one.due, one.why) for one in found.to} == {
        (True, True, NOON + CATCH_UP_WAIT, "catch-up digest: published 4 days ago")
    }


def test_an_undated_article_counts_from_when_it_was_seen():
    assert judged(judge(make_desk(), report(published=None), NOON)).to


def test_words_are_learned_after_deciding_and_told_to_the_archive():
    background = Background()
    judgement = judge(make_desk(background=background), report(), NOON)
    assert judgement.learned_articles == {"en": 1}
    assert {("en", "ceasefir"), ("en", "lavrov"), ("en", "monday")} <= judgement.learned.keys()
    assert {(language, count) for (language, _), count in judgement.learned.items()} == {("en", 1)}
    assert background.language("en").articles == 1


def test_old_news_in_a_catch_up_digest_does_not_silence_a_fresh_report():
    """It may stand at the end of a long digest; today's report of the story is news."""
    desk = make_desk()
    old = judged(judge(desk, report("one", published=NOON - 30 * HOUR), NOON))
    assert {one.catch_up for one in old.to} == {True}
    again = judged(judge(desk, another("two", "Herald", published=NOON - 29 * HOUR), NOON))
    assert again.silent_because.startswith("same story as “Lavrov rejects a ceasefire with NATO” (News)")
    fresh = judged(judge(desk, another("three", "Post", published=NOON), NOON + HOUR))
    assert fresh.story == old.story
    assert (alert_of(fresh).kind, {one.digest for one in fresh.to}) == ("hit", {False})


def test_a_first_report_that_woke_nobody_does_not_silence_the_next():
    """The first came during a silence; the next of the same story is news to everybody."""
    desk = make_desk()
    silent = judged(judge(desk, report("one"), NOON, {"*": "silenced until one o'clock: lunch"}))
    assert (silent.to, silent.silent_because) == ((), "silenced until one o'clock: lunch")
    fresh = judged(judge(desk, report("two"), NOON + HOUR))
    assert fresh.story == silent.story
    assert fresh.to


def test_a_judgement_that_was_not_saved_leaves_no_trace():
    desk = make_desk()
    judge_with(desk, report("one"), NOON)
    assert judged(judge_with(desk, report("one"), NOON + HOUR)).to


def test_a_channel_that_is_spared_is_named_with_the_reason():
    rules = DeskRules(AlertPolicy(("desk", "mail"), by_channel={"mail": AlertTiming(min_score=0.99)}))
    found = judged(judge_with(make_desk(rules=rules), report(), NOON))
    assert [one.channel for one in found.to] == ["desk"]
    assert found.silent_because == "mail is told from 0.99 on"


LATE = (
    "Russia's foreign minister Sergei Lavrov rejected an immediate truce on Monday. Markets were calm and the "
    "weather was mild in most of the region, forecasters said, with rain expected later in the week.\n"
)


THIRD = (
    "Sergei Lavrov said no on Monday to the immediate ceasefire in Ukraine which Washington had asked for. Russia's "
    "foreign minister wants NATO to be discussed before any truce begins.\n"
)


def scores(*texts):
    """What the same headline scores with each text."""
    return [judged(judge_with(make_desk(), report(text=text), NOON)).decision.score for text in texts]


@pytest.mark.parametrize("how", ["least score", "route"])
def test_a_channel_that_the_first_report_missed_hears_of_the_story_by_a_later_one(how):
    """It was told to others; to this channel it is news."""
    weak, strong = scores(LATE, TEXT)
    between = (weak + strong) / 2
    assert weak < strong
    policies = {
        "least score": AlertPolicy(("desk", "boss"), by_channel={"boss": AlertTiming(min_score=between)}),
        "route": AlertPolicy(("desk",), routes=(Route(("boss", "desk"), min_score=between),)),
    }
    desk = make_desk(rules=DeskRules(policies[how]))
    first = judged(judge(desk, report("one", LATE), NOON))
    assert [one.channel for one in first.to] == ["desk"]
    second = judged(judge(desk, report("two"), NOON + HOUR))
    assert second.story == first.story
    assert ([one.channel for one in second.to], alert_of(second).kind) == (["boss"], "hit")
    assert second.silent_because == (
        "not again to desk: same story as “Lavrov rejects a ceasefire with NATO” (News), and nothing new in it"
    )
    third = judged(judge(desk, report("three"), NOON + 2 * HOUR))
    assert third.to == ()


def test_to_some_a_story_is_new_while_others_are_told_what_is_new_in_it():
    rules = DeskRules(AlertPolicy(("desk",), routes=(Route(("desk", "boss"), source="Post"),)))
    desk = make_desk(rules=rules)
    first = judged(judge(desk, report("one"), NOON))
    found = judged(judge(desk, another("two", "Post", 30), NOON + HOUR))
    assert found.story == first.story
    assert [(one.alert.kind, [to.channel for to in one.to], bool(one.alert.news)) for one in found.promises] == [
        ("hit", ["boss"], False),
        ("follow_up", ["desk"], True),
    ]


def test_an_alert_that_was_silenced_while_it_waited_told_nobody():
    """The next report of the story begins it, and what it says is not measured against the first."""
    desk = make_desk()
    first = judged(judge(desk, report("one"), NOON))
    assert first.to
    PASTS[desk].clear()
    second = judged(judge(desk, another("two", "Post", 30), NOON + HOUR))
    assert second.story == first.story
    assert (alert_of(second).kind, alert_of(second).also) == ("hit", ("News",))
    third = judged(judge(desk, report("three"), NOON + 2 * HOUR))
    assert (third.story, third.to) == (first.story, ())


def test_a_confirmation_that_came_under_the_cap_of_follow_ups_is_told_later():
    desk = make_desk(rules=replace(RULES, follow_ups_a_day=0))
    judge(desk, report("one"), NOON)
    judge(desk, another("two", "Post"), NOON + HOUR)
    own_words = report("three", THIRD, "Moscow's Lavrov says no to ceasefire before NATO talks", source="Mirror")
    own_words = replace(own_words, article=replace(own_words.article, url="https://mirror.example/three"))
    found = judged(judge(desk, own_words, NOON + HOUR))
    assert "now told by 3 independent publishers" in found.silent_because
    desk._rules = RULES
    later = judged(judge(desk, another("four", "Mirror"), NOON + 2 * HOUR))
    assert "now told by 3 independent publishers" in alert_of(later).news


def test_what_is_new_is_new_to_each_channel_by_what_it_was_told():
    """One was told of a number by a source that the other does not hear of."""
    rules = DeskRules(AlertPolicy(("desk", "mail"), routes=(Route(("desk",), source="Small"),)), confirmed_by=9)
    desk = make_desk(rules=rules)
    judge(desk, report("one"), NOON)
    assert [one.channel for one in judged(judge(desk, another("two", "Small", 12), NOON + HOUR)).to] == ["desk"]
    third = judged(judge(desk, another("three", "Post", 12), NOON + 2 * HOUR))
    assert ([one.channel for one in third.to], alert_of(third).kind) == (["mail"], "follow_up")
    assert "new number: 12 towns" in alert_of(third).news
    assert third.silent_because.startswith("not again to desk: same story")


def test_an_edit_that_nobody_was_told_of_leaves_its_news_to_others():
    desk = make_desk()
    first = report("one")
    story = judged(judge(desk, first, NOON)).story
    edited = replace(first, article=replace(first.article, title="Lavrov turns down ceasefire in 12 towns"))
    past, own = PASTS[desk], {story.seed: story.url}
    silent = judge_with(desk, edited, NOON + HOUR, past, {"*": "lunch"}, own)
    desk.remember(edited, silent, NOON + HOUR)
    assert judged(silent).to == ()
    assert "new number: 12 towns" in alert_of(judged(judge(desk, another("two", "Post", 12), NOON + 2 * HOUR))).news


def test_an_alert_says_all_that_is_known_of_its_hit():
    rules = replace(RULES, archive_url="http://archive.example/monitor")
    reading = report("one", published=NOON - HOUR)
    found = judged(judge_with(make_desk(rules=rules), reading, NOON))
    assert alert_of(found) == Report(
        seed="ceasefire",
        seed_title="Moscow rejects a ceasefire",
        title="Lavrov rejects a ceasefire with NATO",
        url="https://news.example/one",
        source="News",
        published=NOON - HOUR,
        seen=NOON,
        language="en",
        score=found.decision.score,
        reason=found.decision.reason,
        topics=("ceasefire", "NATO"),
        passages=found.decision.passages,
        archive_url="http://archive.example/monitor",
        thread=found.story.thread,
        story_title="Lavrov rejects a ceasefire with NATO",
    )
    assert found.decision.passages
    assert found.silent_because is None


def test_an_alert_of_an_entry_without_a_link_has_none():
    assert alert_of(judged(judge_with(make_desk(), report(url=None), NOON))).url is None


@pytest.mark.parametrize(
    ("page", "feed", "published"),
    [
        (NOON - 2 * HOUR, NOON - HOUR, NOON - 2 * HOUR),
        (NOON - 2 * HOUR, None, NOON - 2 * HOUR),
        (None, NOON - HOUR, NOON - HOUR),
        (None, None, None),
    ],
)
def test_an_article_is_of_the_date_that_its_page_says_else_its_feed(page, feed, published):
    reading = report(published=feed)
    dated = replace(reading, article=replace(reading.article, published=page))
    assert alert_of(judged(judge_with(make_desk(), dated, NOON))).published == published


@pytest.mark.parametrize(("page", "feed"), [(NOON - 30 * HOUR, NOON), (None, NOON - 30 * HOUR)])
def test_old_news_is_old_by_its_page_else_by_its_feed(page, feed):
    reading = report(published=feed)
    dated = replace(reading, article=replace(reading.article, published=page))
    found = judged(judge_with(make_desk(), dated, NOON))
    assert {one.why for one in found.to} == {"catch-up digest: published 30 hours ago"}


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (24 * HOUR + MINUTE, "24 hours"),
        (71 * HOUR + 31 * MINUTE, "3 days"),
        (71 * HOUR + 29 * MINUTE, "71 hours"),
        (25 * 24 * HOUR, "25 days"),
    ],
)
def test_the_age_of_old_news_is_told_in_hours_and_then_in_days(age, said):
    found = judged(judge_with(make_desk(), report(published=NOON - age), NOON))
    assert {one.why for one in found.to} == {f"catch-up digest: published {said} ago"}


def test_what_is_not_older_than_the_rules_say_alerts():
    assert not judged(judge_with(make_desk(), report(published=NOON - 24 * HOUR), NOON)).to[0].digest


# --- silence, and several reasons --------------------------------------------------------------


def test_a_silence_is_no_reason_where_nobody_would_have_been_told_anyway():
    desk = make_desk()
    judge(desk, report("one"), NOON)
    copy = judged(judge(desk, report("two"), NOON + HOUR, {"*": "lunch"}))
    assert copy.silent_because.startswith("same story as ")


def test_every_reason_is_told_and_who_it_is_about():
    """Two channels know the story, and one has had its follow-ups; a third is told from another score on."""
    channels, small = ("desk", "mail", "boss"), Route(("desk",), source="Small")
    policy = AlertPolicy(channels, routes=(small,), by_channel={"boss": AlertTiming(min_score=0.99)})
    desk = make_desk(rules=DeskRules(policy, follow_ups_a_day=1, confirmed_by=9))
    judge(desk, report("one"), NOON)
    judge(desk, another("two", "Small", 12), NOON + HOUR)
    story = "same story as “Lavrov rejects a ceasefire with NATO” (News)"
    found = judged(judge(desk, another("three", "Post", 60), NOON + 2 * HOUR))
    assert ([one.channel for one in found.to], alert_of(found).news[0]) == (["mail"], "new number: 60 towns")
    assert found.silent_because == (
        "boss is told from 0.99 on; "
        f"not again to desk: {story}, which had its follow-ups of the day; new number: 60 towns"
    )


def test_channels_that_are_not_told_for_different_reasons_are_named_apart():
    """One knows the number already, the other has had its follow-ups of the day."""
    routes = (Route(("desk",), source="Small"), Route(("mail",), source="Tiny"))
    desk = make_desk(
        rules=DeskRules(AlertPolicy(("desk", "mail"), routes=routes), follow_ups_a_day=1, confirmed_by=9)
    )
    judge(desk, report("one"), NOON)
    judge(desk, another("two", "Small", 12), NOON + HOUR)
    judge(desk, another("three", "Tiny", 30), NOON + HOUR)
    own_words = report("four", THIRD, "Moscow's Lavrov says no to ceasefire in 12 towns", source="Post")
    own_words = replace(own_words, article=replace(own_words.article, url="https://post.example/four"))
    found = judged(judge(desk, own_words, NOON + 2 * HOUR))
    story = "same story as “Lavrov rejects a ceasefire with NATO” (News)"
    assert found.to == ()
    assert found.silent_because == (
        f"not again to desk: {story}, and nothing new in it; also in Small, Tiny; "
        f"not again to mail: {story}, which had its follow-ups of the day; new number: 12 towns"
    )


@pytest.mark.parametrize(("since", "told"), [(23 * HOUR, False), (24 * HOUR, True)])
def test_follow_ups_count_for_a_day(since, told):
    desk = make_desk(rules=replace(RULES, follow_ups_a_day=1))
    judge(desk, report("one"), NOON)
    judge(desk, another("two", "Post", 30), NOON + HOUR)
    later = another("three", "Post", 60, published=NOON + 20 * HOUR)
    assert bool(judged(judge(desk, later, NOON + HOUR + since)).to) == told


def test_a_report_that_went_to_several_recipients_is_one_follow_up():
    desk = make_desk(rules=replace(RULES, follow_ups_a_day=2))
    judge(desk, report("one"), NOON)
    judge(desk, another("two", "Post", 30), NOON + HOUR)
    assert [one.channel for one in judged(judge(desk, another("three", "Post", 60), NOON + 2 * HOUR)).to] == [
        "desk",
        "mail",
        "mail",
    ]


def test_five_other_outlets_are_all_named():
    desk = make_desk()
    for number in range(7):
        last = judged(judge(desk, report(f"r{number}", source=f"S{number}"), NOON + number * HOUR))
    assert last.silent_because.endswith("(S0); also in S1, S2, S3, S4, S5")


# --- edited articles ---------------------------------------------------------------------------


def edit(desk, reading, title, now, story):
    """What becomes of an article whose title was changed, when its hit was of this story."""
    edited = replace(reading, article=replace(reading.article, title=title))
    judgement = judge_with(desk, edited, now, PASTS[desk], edited={story.seed: story.url})
    PASTS[desk] += past_alerts_of(edited, judgement, now)
    desk.remember(edited, judgement, now)
    return judgement


def test_an_edited_article_teaches_nothing_twice():
    background = Background()
    desk = make_desk(background=background)
    first = report("one")
    story = judged(judge(desk, first, NOON)).story
    edited = edit(desk, first, "Lavrov turns down ceasefire in 12 towns", NOON + HOUR, story)
    assert (edited.edited, edited.learned, edited.learned_articles) == (True, {}, {})
    assert background.language("en").articles == 1
    assert not judged(edited).is_new_hit


def test_an_edit_that_was_told_is_part_of_its_story():
    """What it brought is not new a second time."""
    desk = make_desk()
    first = report("one")
    story = judged(judge(desk, first, NOON)).story
    told = edit(desk, first, "Lavrov turns down ceasefire in 12 towns", NOON + HOUR, story)
    assert "new number: 12 towns" in alert_of(judged(told)).news
    found = judged(judge(desk, another("two", "Post", 12), NOON + 2 * HOUR))
    assert "new number: 12 towns" not in [news for promise in found.promises for news in promise.alert.news]


def test_an_edit_whose_story_has_ended_tells_nobody():
    desk = make_desk()
    first = report("one")
    story = judged(judge(desk, first, NOON)).story
    silent = edit(desk, first, "Lavrov turns down ceasefire in 12 towns", NOON + 73 * HOUR, story)
    decision, why = judged(silent).decision, "edited when its story had ended"
    assert judged(silent) == JudgedDecision(decision, silent_because=why, is_new_hit=False)


def test_an_edit_that_belongs_to_another_story_now_tells_nobody():
    desk = make_desk()
    first = report("one")
    judge(desk, first, NOON)
    elsewhere = replace(judged(judge_with(make_desk(), first, NOON)).story, url="https://news.example/another")
    moved = edit(desk, first, "Lavrov turns down ceasefire in 12 towns", NOON + HOUR, elsewhere)
    assert judged(moved).silent_because == "edited when its story had ended"
