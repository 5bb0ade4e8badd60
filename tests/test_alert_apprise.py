"""Alerts by Apprise: to a real web server on loopback, by the service that posts JSON."""

import asyncio
import json
import logging
from importlib.util import find_spec

import pytest

from monitor.alert import AppriseChannel, AppriseSettings, Secret
from monitor.alert.apprise import _run_in_thread
from monitor.model import Sent, StageError
from tests.alerts import delivery_of, make_delivery, make_follow_up
from tests.build import AMPLE_S, NOON
from tests.serve import Canned, Site, drip

PATH = "/hush-hush-hush/"
# Apprise looks at pictures with a module that Python 3.13 has no more.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
installed = pytest.mark.skipif(find_spec("apprise") is None, reason="needs the extra `apprise`")


def send(answer, delivery=None, timeout_s=AMPLE_S):
    with Site({PATH: answer}) as site:
        settings = AppriseSettings(Secret(f"json://127.0.0.1:{site.port}{PATH}"), timeout_s)
        return asyncio.run(AppriseChannel("phone", settings).send(delivery or make_delivery(), NOON)), site.asked


def trouble(answer, timeout_s=AMPLE_S):
    with pytest.raises(StageError) as caught:
        send(answer, timeout_s=timeout_s)
    return caught.value


@installed
def test_a_service_gets_the_news_as_title_and_the_message_as_text():
    delivery = delivery_of(make_follow_up())
    sent, (asked,) = send(Canned(b"ok"), delivery)
    told = json.loads(asked.body)
    assert told["title"] == "New: Lavrov is quoted; 41 killed"
    assert told["message"].startswith("New: Lavrov is quoted; 41 killed\nStory: Kremlin turns down the truce\n")
    assert sent == Sent(delivery, "sent by Apprise")


@installed
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_every_failure_is_tried_again(status):
    """Apprise does not say what it was told."""
    error = trouble(Canned(b"", status))
    assert (error.reason, error.final, error.channel_down) == ("apprise_failed", False, False)


@installed
def test_a_service_that_gives_no_answer_is_a_timeout():
    assert trouble(drip, timeout_s=0.3).reason == "timeout"


@installed
def test_an_address_that_apprise_does_not_know_stops_the_channel():
    channel = AppriseChannel("phone", AppriseSettings(Secret("hush://hush-hush-hush")))
    with pytest.raises(StageError) as caught:
        asyncio.run(channel.send(make_delivery(), NOON))
    assert (caught.value.reason, caught.value.channel_down) == ("apprise_url", True)
    assert "hush" not in str(caught.value)


@installed
def test_the_address_is_told_to_nobody(caplog):
    caplog.set_level(logging.INFO)
    error = trouble(Canned(b"", 500))
    assert "hush" not in f"{error} {error.about(make_delivery())} {caplog.text}"


@pytest.mark.skipif(find_spec("apprise") is not None, reason="the extra `apprise` is installed")
def test_without_apprise_the_channel_is_down_and_says_the_remedy():
    error = trouble(Canned(b"ok"))
    assert (error.reason, error.detail, error.channel_down) == (
        "apprise_missing",
        "pip install 'monitor[apprise]'",
        True,
    )


def test_what_a_thread_raises_reaches_whoever_waits():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(_run_in_thread(lambda: 1 // 0 > 0))
