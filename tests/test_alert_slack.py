"""Alerts in Slack: to a real webhook on loopback."""

import asyncio
import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import Secret, SlackBotChannel, SlackBotSettings, SlackChannel, SlackSettings
from monitor.alert.blocks import escape_and_cut, render_slack_payload
from monitor.alert.message import compose_message
from monitor.model import Passage, Sent, StageError
from tests.alerts import (
    HOSTILE,
    KINDS,
    SCRIPTS,
    delivery_of,
    hostile_delivery,
    make_alert,
    make_delivery,
    make_digest,
    make_follow_up,
    make_notice,
)
from tests.build import AMPLE_S, HOUR, MINUTE, NOON
from tests.serve import Canned, drip, redirect
from tests.slack import PATH, leftovers, posted, problems, slack, texts, units

HUSH = "hush-hush-hush"
TOKEN = f"xoxb-{HUSH}"
POSTED = Canned(b'{"ok": true, "channel": "C0123456789", "ts": "1762171200.000100"}')


def channel_to(site, timeout_s=AMPLE_S):
    return SlackChannel("desk", SlackSettings(Secret(site.url + PATH), timeout_s))


def send(site, delivery=None, timeout_s=AMPLE_S):
    return asyncio.run(channel_to(site, timeout_s).send(delivery or make_delivery(), NOON))


def trouble(answer, timeout_s=AMPLE_S):
    with slack(answer) as site, pytest.raises(StageError) as caught:
        send(site, timeout_s=timeout_s)
    return caught.value


def ended(error):
    """Why, and what that ends: nothing, the message, or all that the channel sends."""
    return error.reason, {(False, False): None, (True, False): "message", (False, True): "channel"}[
        error.final, error.channel_down
    ]


def bot_at(site, timeout_s=AMPLE_S):
    return SlackBotChannel("desk", SlackBotSettings(Secret(TOKEN), "C0123456789", f"{site.url}/api/", timeout_s))


def send_by_bot(answer, delivery=None):
    """What a bot makes of Slack's answer, and what Slack was asked."""
    with slack(api=answer) as site:
        return asyncio.run(bot_at(site).send(delivery or make_delivery(), NOON)), site.asked


def trouble_of_bot(answer):
    with pytest.raises(StageError) as caught:
        send_by_bot(answer)
    return caught.value


def payload(**changes):
    return render_slack_payload(compose_message(make_delivery(**changes)))


# --- what arrives ------------------------------------------------------------------------------


def test_a_message_has_the_news_as_its_header_and_the_evidence_below():
    def small(text):
        return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}

    def section(text):
        return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}

    with slack() as site:
        sent = send(site)
    assert posted(site) == [
        {
            "text": "Kremlin turns down the truce (The Wexcombe Post · published 3 Nov 2025, 09:05 UTC)",
            "blocks": [
                {
                    "type": "header",
                    "text": {"type": "plain_text", "text": "Kremlin turns down the truce", "emoji": False},
                },
                small("The Wexcombe Post · published 3 Nov 2025, 09:05 UTC"),
                section("> *Lavrov* said a *ceasefire* was out of the question."),
                section("*Why:* 2 of 2 topics in the lead; like the seed"),
                small("Moscow rejects a ceasefire: strong (0.81)\nTopics: ceasefire, Lavrov"),
                section("<https://news.example/truce?a=1&amp;b=2|Article at news.example>"),
                section("<http://archive.example/monitor/hits/7|Archive at archive.example>"),
                section("<http://archive.example/monitor/-/label/7|Relevant or not>"),
            ],
            "unfurl_links": False,
            "unfurl_media": False,
        }
    ]
    assert site.asked[0].headers["content-type"] == "application/json; charset=utf-8"
    assert sent == Sent(make_delivery(), "ok")


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_arrives_as_it_was_written(text):
    with slack() as site:
        send(site, make_delivery(title=text, passages=(Passage(text, 0),)))
    (message,) = posted(site)
    assert [message["blocks"][0]["text"]["text"], message["blocks"][2]["text"]["text"]] == [text, f"> {text}"]


def test_a_term_within_a_word_gets_borders_of_no_width():
    """Slack takes an asterisk for a sign only at the border of a word, and Chinese writes none."""
    quote = payload(passages=(Passage("再次停戦交渉", 0, ((2, 4),)),))["blocks"][2]["text"]["text"]
    assert quote == "> 再次\u200b*停戦*\u200b交渉"


def test_a_delivery_in_doubt_says_that_it_may_be_a_repetition():
    message = render_slack_payload(compose_message(make_delivery(in_doubt=True)))
    assert texts(message)[-1]["text"].startswith("(may be a repetition")


def shown(alert):
    """The texts of a message, block by block."""
    return [text["text"] for text in texts(render_slack_payload(compose_message(delivery_of(alert))))]


def test_a_follow_up_says_what_is_new_and_names_its_story():
    assert shown(make_follow_up())[:3] == [
        "New: Lavrov is quoted; 41 killed",
        "Story: Kremlin turns down the truce\nReport: Lavrov names his terms",
        "The Wexcombe Post · published 3 Nov 2025, 09:05 UTC · "
        "also in: AP, DW, Le Monde, NHK (+1); 4 independent publishers",
    ]


def test_a_digest_lists_its_reports_beneath_their_seeds():
    digest = make_digest(make_alert(), make_alert(seed="grain", seed_title="Grain", published=None, passages=()))
    assert shown(digest) == [
        "Kremlin turns down the truce (+1 more)",
        "2 reports · 3 Nov 2025, 12:00 UTC",
        "held back in quiet hours",
        "*Grain*",
        "<https://news.example/truce?a=1&amp;b=2|news.example: Kremlin turns down the truce>\n"
        "The Wexcombe Post · undated, first seen 3 Nov 2025, 12:00 UTC",
        "*Moscow rejects a ceasefire*",
        "<https://news.example/truce?a=1&amp;b=2|news.example: Kremlin turns down the truce>\n"
        "The Wexcombe Post · published 3 Nov 2025, 09:05 UTC\n"
        "> *Lavrov* said a *ceasefire* was out of the question.",
        "<http://archive.example/monitor/hits|Archive at archive.example>",
    ]


def test_a_digest_names_the_story_of_a_later_report():
    assert shown(make_digest(make_follow_up(url=None, passages=())))[4].split("\n") == [
        "New: Lavrov is quoted; 41 killed",
        "Story: Kremlin turns down the truce",
        "Report: Lavrov names his terms",
        "The Wexcombe Post · published 3 Nov 2025, 09:05 UTC",
        "also in: AP, DW, Le Monde, NHK (+1); 4 independent publishers",
    ]


@pytest.mark.parametrize(("items", "unlisted"), [(33, 0), (34, 1)])
def test_a_digest_lists_as_many_reports_as_slack_has_blocks_for(items, unlisted):
    told = shown(make_digest(*(make_alert(title=f"Title {n}", url=None, passages=()) for n in range(items))))
    assert (f"+{unlisted} more in the archive" in told) == bool(unlisted)
    assert sum(text.startswith("Title ") and "\n" in text for text in told) == items - unlisted


def test_what_a_message_has_no_room_for_is_counted():
    """Nothing is dropped without a word: what is listed and what is not add up."""
    for seeds in (1, 7, 60):
        items = [make_alert(seed=f"seed {n % seeds}", title="停" * 200) for n in range(60)]
        told = shown(make_digest(*items))
        listed = sum("|news.example: " in text for text in told)
        (unlisted,) = (text for text in told if text.startswith("+"))
        assert unlisted == f"+{60 - listed} more in the archive"
        assert listed > 5


def test_a_digest_cut_short_tells_the_newest_of_every_seed():
    items = [make_alert(seed="much", title=f"Much {n}", published=NOON - n * MINUTE) for n in range(39)]
    told = "\n".join(shown(make_digest(*items, make_alert(seed="little", title="Older", published=NOON - HOUR))))
    assert ("Much 0>" in told, "Much 38>" in told, "Older>" in told) == (True, False, True)


def listed_in_digest(**changes):
    """What a digest says of its only report: its title, further lines, and quotes."""
    return shown(make_digest(make_alert(**changes)))[4].split("\n")


@pytest.mark.parametrize(
    ("told", "length"),
    [
        (lambda text: payload(title=text)["blocks"][0]["text"]["text"], 149),
        (lambda text: payload(title=text[:150])["blocks"][0]["text"]["text"], 150),
        (lambda text: payload(passages=(Passage("&" + text, 0),))["blocks"][2]["text"]["text"], 606),
        (lambda text: payload(passages=(Passage("&" * 600, 0),))["blocks"][2]["text"]["text"], 1258),
        (lambda text: listed_in_digest(title=text, url=None)[0], 199),
        (lambda text: listed_in_digest(source=text, url=None)[1].partition(" ·")[0], 80),
        (lambda text: listed_in_digest(passages=(Passage(text[:240], 0),))[2], 242),
        (lambda text: listed_in_digest(passages=(Passage("&" * 240, 0),))[2], 373),
    ],
)
def test_each_text_of_a_message_is_as_long_as_slack_and_its_readers_take(told, length):
    assert len(told("x" * 2_000)) == length


@pytest.mark.parametrize(("length", "is_linked"), [(1_200, True), (1_201, False)])
def test_a_link_that_is_too_long_for_slack_is_left_out(length, is_linked):
    link = "https://news.example/".ljust(length, "a")
    assert any("|Article at" in text for text in shown(make_alert(url=link))) == is_linked


@pytest.mark.parametrize(("length", "is_linked"), [(500, True), (501, False)])
def test_in_a_digest_a_long_link_leaves_its_title_alone(length, is_linked):
    title = listed_in_digest(url="https://news.example/".ljust(length, "a"))[0]
    assert title.endswith(
        "|news.example: Kremlin turns down the truce>" if is_linked else "Kremlin turns down the truce"
    )
    assert title.startswith("<https://") == is_linked


def test_a_message_without_topics_names_none():
    assert "Moscow rejects a ceasefire: strong (0.81)" in shown(make_alert(topics=()))


def test_a_notice_says_what_to_do():
    assert shown(make_notice()) == [
        "The channel desk is broken: slack_404",
        "a notice of the monitor's own · 3 Nov 2025, 12:00 UTC",
        "Make a new webhook. 3 alerts wait for it.",
    ]


# --- nobody from outside gives Slack orders ----------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_text(text, kind):
    message = render_slack_payload(compose_message(hostile_delivery(kind, text)))
    assert (leftovers(message), problems(message)) == ([], [])


@given(
    st.sampled_from(sorted(KINDS)),
    st.text() | st.text(alphabet="<>&!@#|*`_~ aw停🕊;\u200b\u0301\ud800", max_size=900),
    st.integers(0, 60),
    st.booleans(),
)
def test_any_text_gives_a_message_that_slack_takes_and_obeys_in_nothing(kind, text, items, in_doubt):
    url = "https://news.example/" + text[:300]
    message = render_slack_payload(
        compose_message(
            hostile_delivery(kind, text, items=items, in_doubt=in_doubt, url=url, archive_url=url, label_url=url)
        )
    )
    assert (leftovers(message), problems(message), len(message["blocks"]) <= 40) == ([], [], True)


def test_a_header_is_escaped_too():
    """Slack keeps every text escaped, also one without formatting (slackapi/bolt-python#513)."""
    assert payload(title="AT&T <!here>")["blocks"][0]["text"]["text"] == "AT&amp;T &lt;!here&gt;"


def test_an_articles_own_signs_do_not_look_like_marks():
    quote = payload(passages=(Passage("*No* `truce` yet", 0, ((6, 11),)),))["blocks"][2]["text"]["text"]
    assert quote == "> ∗No∗ ˋ\u200b*truce*\u200bˋ yet"


def test_a_quote_that_must_be_cut_shows_its_mark_whole():
    text = "& " * 280 + "truce " + "& " * 10
    quote = payload(passages=(Passage(text, 0, ((560, 565),)),))["blocks"][2]["text"]["text"]
    assert "*truce*" in quote
    assert quote.startswith("> …")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", ["&", "🕊", "a ", "& ", "停"])
def test_the_longest_message_keeps_within_the_limits(sign, kind):
    """Every sign is as long as escaping makes it, and an emoji counts twice."""
    url = "https://news.example/" + "a&" * 600
    long = {
        "topics": (sign * 400,) * 40,
        "url": url,
        "archive_url": url,
        "label_url": url,
        "news": (sign * 4_000,) * 9,
    }
    long["passages"] = (Passage(sign * 4_000, 0, ((0, 1), (2, 590))),) * 5
    message = render_slack_payload(
        compose_message(hostile_delivery(kind, sign * 4_000, items=90, in_doubt=True, **long))
    )
    assert (leftovers(message), problems(message), len(message["blocks"]) <= 40) == ([], [], True)


@given(st.text(), st.integers(5, 60))
def test_cutting_keeps_to_its_limit_and_halves_no_entity(text, limit):
    cut = escape_and_cut(text, limit)
    assert units(cut) <= limit
    whole = cut.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not set(whole) & set("<>&")


def test_a_link_cannot_break_out_of_its_brackets():
    message = payload(url="https://news.example/a|b>c<!channel>?d=1&e=2")
    assert "<https://news.example/a%7Cb%3Ec%3C!channel%3E?d=1&amp;e=2|Article at news.example>" in {
        text["text"] for text in texts(message)
    }


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://bank@evil.example/", "slack://open", "<!channel>"])
def test_a_link_that_may_not_be_followed_is_dropped(link):
    message = payload(url=link, archive_url=None)
    assert not any("Article" in text["text"] for text in texts(message))


def test_a_lying_host_is_shown_in_punycode():
    assert "|Article at xn--ewsexample-8rd.example>" not in str(payload(url="https://аррӏе.example/"))
    assert "|Article at xn--80ak6aa92e.example>" in str(payload(url="https://аррӏе.example/"))


# --- what Slack answers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "ends"),
    [
        (400, b"invalid_payload", "message"),
        (401, b"", "channel"),
        (403, b"action_prohibited", "channel"),
        (404, b"no_service", "channel"),
        (410, b"channel_is_archived", "channel"),
        (408, b"", None),
        (429, b"rate_limited", None),
        (500, b"rollup_error", None),
        (503, b"", None),
    ],
)
def test_a_refusal_is_named_by_its_status_and_ends_only_what_it_is_about(status, body, ends):
    for error in (trouble(Canned(body, status)), trouble_of_bot(Canned(body, status))):
        assert (*ended(error), error.detail) == (f"slack_{status}", ends, body.decode())


@pytest.mark.parametrize("told", ["120", "Mon, 03 Nov 2025 12:02:00 GMT"])
def test_slack_says_how_long_to_wait(told):
    error = trouble(Canned(b"", 429, {"Retry-After": told}))
    assert (error.reason, error.retry_after) == ("slack_429", timedelta(minutes=2))


def test_a_redirect_is_not_followed():
    """It may be the log-in page of a network that is not open yet, so the alert waits."""
    with slack() as elsewhere:
        error = trouble(redirect(elsewhere.url + PATH))
    assert (error.reason, error.final, elsewhere.asked) == ("slack_302", False, [])


@pytest.mark.parametrize(
    "body", [b"<html>Log in to the hotel's network</html>", b'{"error": "no_text", "ok": false}']
)
def test_a_200_that_is_not_slacks_yes_is_tried_again(body):
    error = trouble(Canned(body))
    assert (error.reason, error.final) == ("slack_answer", False)


def test_a_silent_webhook_is_a_timeout():
    error = trouble(drip, timeout_s=0.2)
    assert (error.reason, error.final) == ("timeout", False)


def test_a_webhook_that_is_not_there_is_tried_again():
    with slack() as site:
        pass
    with pytest.raises(StageError) as caught:
        send(site)
    assert (caught.value.reason, caught.value.final) == ("connect", False)


# --- a bot -------------------------------------------------------------------------------------


def no(error, headers=()):
    return Canned(f'{{"ok": false, "error": "{error}"}}'.encode(), headers=dict(headers))


def test_a_bot_posts_into_its_slack_channel_and_keeps_the_messages_name():
    sent, (asked,) = send_by_bot(POSTED)
    assert sent == Sent(make_delivery(), "ok", provider_id="1762171200.000100")
    assert (asked.path, asked.headers["authorization"]) == ("/api/chat.postMessage", f"Bearer {TOKEN}")
    assert json.loads(asked.body) == payload() | {"channel": "C0123456789"}


def test_a_later_report_stands_in_the_thread_of_the_first():
    """And in the Slack channel too, where people see it."""
    delivery = replace(delivery_of(make_follow_up()), thread_id="1762160000.000200")
    _, (asked,) = send_by_bot(POSTED, delivery)
    told = json.loads(asked.body)
    assert (told["thread_ts"], told["reply_broadcast"]) == ("1762160000.000200", True)


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited", "message_limit_exceeded"])
def test_a_bot_that_wrote_too_much_waits_as_long_as_slack_says(error):
    """Documented with the status 429; told with 200 as well."""
    found = trouble_of_bot(no(error, {"Retry-After": "120"}))
    assert (ended(found), found.retry_after) == ((f"slack_{error}", None), timedelta(minutes=2))


ABOUT_THE_CHANNEL = """
invalid_auth not_authed account_inactive token_revoked token_expired channel_not_found is_archived not_in_channel
missing_scope not_allowed_token_type no_permission access_denied accesslimited restricted_action
restricted_action_read_only_channel ekm_access_denied org_login_required team_access_not_granted
two_factor_setup_required enterprise_is_restricted team_not_found method_deprecated deprecated_endpoint
"""
ABOUT_THE_MESSAGE = """
invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text invalid_arguments invalid_arg_name
invalid_json json_not_object too_many_attachments
"""
"""As chat.postMessage names them."""


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        *((error, "channel") for error in ABOUT_THE_CHANNEL.split()),
        *((error, "message") for error in ABOUT_THE_MESSAGE.split()),
        *((error, None) for error in ("internal_error", "fatal_error", "service_unavailable", "something_new")),
    ],
)
def test_a_bots_refusal_ends_only_what_it_is_about(error, ends):
    """What we have never heard of may pass, so the alert waits."""
    assert ended(trouble_of_bot(no(error))) == (f"slack_{error}", ends)


def test_a_bot_that_wrote_too_much_waits_half_a_minute_where_slack_says_nothing():
    assert trouble_of_bot(no("ratelimited")).retry_after == timedelta(seconds=30)
    assert trouble_of_bot(no("internal_error", {"Retry-After": "120"})).retry_after is None


def test_a_bot_speaks_to_slack_itself_unless_another_address_is_set():
    assert SlackBotSettings(Secret(TOKEN), "C0123456789").api_url == "https://slack.com/api"


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"ok", b'{"ok": "true"}', b'{"ok": false, "error": "<b> a"}', b""]
)
def test_what_is_not_slacks_answer_to_a_bot_is_tried_again(body):
    assert ended(trouble_of_bot(Canned(body))) == ("slack_answer", None)


def test_a_bots_token_is_told_to_nobody(caplog):
    caplog.set_level(logging.DEBUG)
    for answer in (POSTED, drip, Canned(TOKEN.encode(), 500), Canned(TOKEN.encode()), no(TOKEN)):
        with slack(api=answer) as site:
            channel = bot_at(site, timeout_s=0.2 if answer is drip else AMPLE_S)
            try:
                told = str(asyncio.run(channel.send(make_delivery(), NOON)))
            except StageError as error:
                told = f"{error!r} {error} {error.about(make_delivery())} {error.__cause__!r}"
        assert HUSH not in f"{told} {caplog.text} {channel._settings!r}"


# --- the webhook is a secret -------------------------------------------------------------------


def echo(handler):
    """Answer with an error page that repeats the address, as some do."""
    handler.send_error(404, explain=f"No {handler.path} here")


@pytest.mark.parametrize(
    "answer", [Canned(b"ok"), Canned(b"", 500), drip, echo, redirect(f"https://a.example{PATH}")]
)
def test_the_webhook_is_told_to_nobody(answer, caplog):
    caplog.set_level(logging.DEBUG)
    with slack(answer) as site:
        channel = channel_to(site, timeout_s=0.2 if answer is drip else AMPLE_S)
        try:
            told = str(asyncio.run(channel.send(make_delivery(), NOON)))
        except StageError as error:
            told = f"{error!r} {error} {error.about(make_delivery())} {error.__cause__!r}"
    assert HUSH not in f"{told} {caplog.text} {channel._settings!r}"


@pytest.mark.parametrize(
    "address", [f"https://slack.invalid:port/{HUSH}", f"mailto:{HUSH}", f"https://a b/{HUSH}", ""]
)
def test_an_address_that_is_none_is_told_to_nobody_either(address):
    channel = SlackChannel("desk", SlackSettings(Secret(address)))
    with pytest.raises(StageError) as caught:
        asyncio.run(channel.send(make_delivery(), NOON))
    assert HUSH not in f"{caught.value!r} {caught.value} {caught.value.about(make_delivery())}"
