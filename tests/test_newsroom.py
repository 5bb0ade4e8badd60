"""The sample newsroom serves what it says it serves, and its labels hold together."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import feedparser
import httpx
import pytest

from monitor.demo.newsroom import FeedSample, Newsroom
from monitor.demo.samples import read_outlets
from monitor.demo.sinks import MailSink, SlackSink
from tests.build import AMPLE_S

NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)
PLAIN = {"verify": False, "trust_env": False, "timeout": AMPLE_S}
"""No TLS is spoken here, and certificates take long to load."""


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(NOON) as room:
        yield room


def feed(newsroom: Newsroom, *, trouble: str = "", form: str = "") -> FeedSample:
    return next(f for f in newsroom.feeds if f.trouble == trouble and f.url.endswith(form))


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, follow_redirects=True, **PLAIN)


def titles(newsroom: Newsroom, source: str) -> list[str]:
    return [article.title for article in newsroom.articles if article.source == source]


def test_every_xml_feed_lists_its_outlets_articles(newsroom):
    feeds = [f for f in newsroom.feeds if f.trouble in ("", "moved") and not f.url.endswith(".json")]
    answers = {f.source: get(f.url) for f in feeds}
    found = {
        source: [entry.title for entry in feedparser.parse(answer.content, response_headers=answer.headers).entries]
        for source, answer in answers.items()
    }
    assert found == {f.source: titles(newsroom, f.source) for f in feeds}


def test_the_json_feed_lists_its_outlets_articles(newsroom):
    sample = feed(newsroom, form=".json")
    told = json.loads(get(sample.url).content)
    assert [item["title"] for item in told["items"]] == titles(newsroom, sample.source)


def test_feeds_come_in_four_forms_and_an_old_encoding(newsroom):
    kinds = {get(f.url).headers["content-type"] for f in newsroom.feeds if f.trouble != "dead"}
    assert kinds == {
        "application/rss+xml; charset=utf-8",
        "application/rss+xml; charset=windows-1251",
        "application/atom+xml; charset=utf-8",
        "application/rdf+xml; charset=utf-8",
        "application/feed+json; charset=utf-8",
        "text/html; charset=utf-8",
    }


def test_dates_survive_the_way_through_a_feed(newsroom):
    """An outlet may write Moscow time; the moment is the same."""
    first = next(article for article in newsroom.articles if article.source == "Зурбаганский вестник")
    url = next(f.url for f in newsroom.feeds if f.source == first.source)
    entry = feedparser.parse(get(url).content).entries[0]
    assert entry.published.endswith("+0300")
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == first.published


def test_one_feed_gives_no_guids(newsroom):
    url = next(f.url for f in newsroom.feeds if f.source == "La Voz de Santa Quimera")
    assert {"id" in entry for entry in feedparser.parse(get(url).content).entries} == {False}


def test_the_moved_feed_says_where_it_went(newsroom):
    answer = httpx.get(feed(newsroom, trouble="moved").url, **PLAIN)
    assert (answer.status_code, httpx.URL(answer.headers["location"]).path) == (301, "/rss.xml")


def test_the_walled_feed_answers_a_page_for_robots(newsroom):
    answer = get(feed(newsroom, trouble="challenge").url)
    assert answer.status_code == 200
    assert "Just a moment..." in answer.text


def test_nobody_listens_at_the_dead_feed(newsroom):
    with pytest.raises(httpx.ConnectError):
        get(feed(newsroom, trouble="dead").url)


@pytest.mark.parametrize(("answered", "asked"), [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")])
def test_an_unchanged_feed_answers_304(newsroom, answered, asked):
    url = newsroom.feeds[0].url
    again = get(url, **{asked: get(url).headers[answered]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_validator_of_another_document_gets_the_feed(newsroom):
    assert get(newsroom.feeds[0].url, **{"If-None-Match": '"old"'}).status_code == 200


def test_every_page_is_served_with_its_text(newsroom):
    for article in newsroom.articles:
        page = get(article.url)
        assert page.status_code == 200
        assert f'"datePublished": "{article.published.isoformat()}"' in page.text
        assert f'<html lang="{article.language}">' in page.text
        assert page.text.count("<p>") >= len(article.paragraphs)


def test_a_page_that_never_was_answers_404(newsroom):
    home = newsroom.articles[0].url.rpartition("/news/")[0]
    assert get(f"{home}/news/nothing.html").status_code == 404


def test_at_least_sixty_short_articles(newsroom):
    words = [len(article.text.split()) for article in newsroom.articles]
    assert len(words) >= 60
    assert (min(words) >= 60, max(words) <= 250) == (True, True)


def test_every_language_has_articles_on_and_off_the_subject(newsroom):
    found = {(article.language, article.is_on_subject) for article in newsroom.articles}
    assert found == {(code, on) for code in ("en", "ru", "uk", "de", "fr", "es") for on in (True, False)}


def test_labels_hold_together(newsroom):
    """Only copies name an original, which is on the subject; what is a trap says why."""
    by_slug = {article.slug: article for article in newsroom.articles}
    assert len(by_slug) == len(newsroom.articles)
    assert {article.label for article in newsroom.articles} == {"subject", "copy", "mention", "other"}
    for article in newsroom.articles:
        assert (article.copy_of is not None) == (article.label == "copy")
        assert article.copy_of is None or by_slug[article.copy_of].label == "subject"
        assert article.note or article.label in ("subject", "other")


def test_most_news_is_fresh_and_some_is_too_old_to_alert(newsroom):
    ages = [NOON - article.published for article in newsroom.articles]
    assert min(ages) >= timedelta(minutes=10)
    old = [article for article in newsroom.articles if NOON - article.published > timedelta(days=1)]
    assert [article.is_on_subject for article in old] == [True] * 3


def test_the_same_moment_gives_the_same_news():
    assert read_outlets(NOON) == read_outlets(NOON)


def test_the_mail_sink_keeps_mails_and_shows_the_first_whole():
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "monitor@sample.example", "desk@sample.example", "Лавров"
    letter.set_content("Passage\n\nWhy\n")
    shown: list[str] = []
    with MailSink(shown.append) as sink, smtplib.SMTP(*sink.address, local_hostname="sample.example") as post:
        post.send_message(letter)
        post.send_message(letter)
    assert [(m.sender, m.recipients, m.message["Subject"]) for m in sink.received] == [
        ("monitor@sample.example", ("desk@sample.example",), "Лавров")
    ] * 2
    assert shown == [
        "  ✉ mail to desk@sample.example: Лавров\n    ┊ Passage\n    ┊\n    ┊ Why",
        "  ✉ mail to desk@sample.example: Лавров",
    ]


def test_the_slack_sink_answers_as_slack_does():
    shown: list[str] = []
    with SlackSink(shown.append) as sink:
        answers = [
            httpx.post(sink.url, json={"text": "A hit", "blocks": []}, **PLAIN),
            httpx.post(sink.url, content=b"payload?", **PLAIN),
            httpx.post(sink.url + "x", json={"text": "A hit"}, **PLAIN),
        ]
    assert [(a.status_code, a.text) for a in answers] == [
        (200, "ok"),
        (400, "invalid_payload"),
        (404, "no_service"),
    ]
    assert (sink.received, shown) == ([{"text": "A hit", "blocks": []}], ["  # slack: A hit"])
