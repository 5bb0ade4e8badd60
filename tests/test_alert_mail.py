"""Alerts by e-mail: to a real mail server on loopback."""

import asyncio
import re
import socket
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import MailChannel, MailSettings, Secret
from monitor.alert.html import render_html
from monitor.alert.mail_message import clean_header, compose_mail, domain_of_sender, slug_to_list_label
from monitor.alert.message import compose_message
from monitor.alert.plain import render_text
from monitor.model import Passage, Sent, StageError
from monitor.text import clean_line
from tests.alerts import (
    HOSTILE,
    KINDS,
    SCRIPTS,
    delivery_of,
    everywhere,
    hostile_delivery,
    make_delivery,
    make_follow_up,
)
from tests.build import AMPLE_S, NOON
from tests.clock import run_until_silence
from tests.smtp import MailServer, certificates, scripted

READER = "reader@example.org"
OURS = (
    *("Subject", "From", "To", "Date", "Message-ID"),
    *("In-Reply-To", "References", "Auto-Submitted", "List-Id"),
    *("MIME-Version", "Content-Type"),
)
THREAD = "ceasefire/https://news.example/truce"
DELIVERY = make_delivery("mail", READER, thread=THREAD)


def settings_for(port, security="none", **changes):
    mail = MailSettings("127.0.0.1", port, security, "monitor@example.org", (READER,), timeout_s=AMPLE_S)
    return replace(mail, **changes)


def send(settings, delivery=DELIVERY, trust=None):
    return asyncio.run(MailChannel("mail", settings, trust).send(delivery, NOON))


def trouble(settings, delivery=DELIVERY, trust=None):
    with pytest.raises(StageError) as caught:
        send(settings, delivery, trust)
    return caught.value


def refusal(**says):
    """Why a mail is not taken, and what that ends: nothing, the message, or all that the channel sends."""
    with MailServer(says) as server:
        return ended(trouble(settings_for(server.port)))


def ended(error):
    return error.reason, {(False, False): None, (True, False): "message", (False, True): "channel"}[
        error.final, error.channel_down
    ]


def parsed(delivery, sender="monitor@example.org", how=policy.default):
    return message_from_bytes(compose_mail(delivery, sender, NOON).as_bytes(), policy=how)


def part(message, kind):
    """One part of a mail, its lines ended as we write them."""
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


# --- what arrives ------------------------------------------------------------------------------


def test_the_reader_gets_one_mail_as_text_and_html():
    with MailServer() as server:
        sent = send(settings_for(server.port))
    (mail,) = server.received
    assert (mail.sender, mail.recipients) == ("monitor@example.org", (READER,))
    assert [part.get_content_type() for part in mail.message.iter_parts()] == ["text/plain", "text/html"]
    assert sent == Sent(DELIVERY, "250 queued as 4bX9", provider_id="<alert-7.1a2b3c4d@example.org>")


def test_a_mail_says_who_it_is():
    """The subject is the news; the Message-ID is the delivery's own, so that a repetition is recognised."""
    message = parsed(DELIVERY)
    assert dict(message.items()) | {"Content-Type": "multipart/alternative"} == {
        "Subject": "Kremlin turns down the truce",
        "From": "monitor@example.org",
        "To": READER,
        "Date": "Mon, 03 Nov 2025 12:00:00 +0000",
        "Message-ID": "<alert-7.1a2b3c4d@example.org>",
        "Auto-Submitted": "auto-generated",
        "In-Reply-To": "<thread-d94ed6457e0b5f85.beae8c4283d81ee9@example.org>",
        "References": "<thread-d94ed6457e0b5f85.beae8c4283d81ee9@example.org>",
        "List-Id": "<ceasefire.monitor.example.org>",
        "MIME-Version": "1.0",
        "Content-Type": "multipart/alternative",
    }


def test_the_mails_of_one_story_form_a_thread():
    """They answer one message, which need never have been sent, and keep its subject."""
    first = parsed(DELIVERY)
    later = parsed(delivery_of(make_follow_up(thread=THREAD), "mail", READER))
    assert first["References"] == first["In-Reply-To"] == later["References"] == later["In-Reply-To"]
    assert later["Subject"] == f"Re: {first['Subject']}" == "Re: Kremlin turns down the truce"
    assert part(later, "plain").startswith("New: Lavrov is quoted; 41 killed\n")


def test_another_story_or_another_reader_has_another_thread():
    mails = [DELIVERY, make_delivery("mail", READER, thread="grain/x"), replace(DELIVERY, recipient="b@example.org")]
    assert len({parsed(mail)["References"] for mail in mails}) == 3


@pytest.mark.parametrize("kind", ["digest", "notice"])
def test_what_is_about_no_one_story_begins_no_thread(kind):
    message = parsed(delivery_of(KINDS[kind](), "mail", READER))
    assert (message["References"], message["List-Id"]) == (None, f"<{kind}.monitor.example.org>")


@pytest.mark.parametrize("sender", ["Мир <мир@пример.рф>", "root", "a@b", "a@<script>.example", ""])
def test_whatever_the_sender_a_message_id_is_one(sender):
    message = compose_mail(DELIVERY, sender, NOON)
    assert re.fullmatch(r"<[a-z0-9.-]+@[a-z0-9.-]+\.[a-z0-9-]+>", message["Message-ID"])


@pytest.mark.parametrize("headline", SCRIPTS)
def test_every_script_arrives_as_it_was_written(headline):
    with MailServer() as server:
        send(
            settings_for(server.port), make_delivery("mail", READER, title=headline, passages=(Passage(headline, 0),))
        )
    message = server.received[0].message
    assert message["Subject"] == headline
    assert f"“{headline}”" in message.get_body(("plain",)).get_content()
    assert headline in message.get_body(("html",)).get_content()
    assert server.received[0].content.isascii()


@pytest.mark.parametrize("words", ["перемирие отвергнуто", "युद्धविराम पर बातचीत", "وقف إطلاق، 2025", "Größe – talks"])
def test_a_long_subject_keeps_its_spaces(words):
    """Where a subject goes on in the next line, Python 3.11 by itself would drop the space between two words."""
    for length in range(1, 9):
        title = " ".join([words] * length + ["NATO"])
        assert parsed(make_delivery("mail", READER, title=title))["Subject"] == clean_header(title)


def test_a_line_of_one_dot_does_not_end_a_mail():
    """Dots at the start of a line are doubled on the way (RFC 5321, 4.5.2)."""
    with MailServer() as server:
        send(settings_for(server.port), make_delivery("mail", READER, title=".", reason="still here"))
    text = server.received[0].message.get_body(("plain",)).get_content()
    assert text.startswith(".")
    assert "still here" in text


# --- nobody from outside writes headers --------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_adds_no_header_and_no_recipient(text):
    with MailServer() as server:
        send(settings_for(server.port), make_delivery("mail", READER, **everywhere(text) | {"thread": text or "x"}))
    (mail,) = server.received
    assert mail.recipients == (READER,)
    assert tuple(mail.message.keys()) == OURS
    assert [part.get_content_type() for part in mail.message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]


@given(st.sampled_from(sorted(KINDS)), st.text())
def test_any_text_gives_a_mail_with_our_headers_only(kind, text):
    """Parsed so strictly that any defect is an error."""
    delivery = replace(hostile_delivery(kind, text, thread=text or "x"), recipient=READER)
    message = parsed(delivery, how=policy.strict)
    absent = set() if kind in {"hit", "follow_up"} else {"In-Reply-To", "References"}
    assert tuple(message.keys()) == tuple(name for name in OURS if name not in absent)
    assert part(message, "plain") == render_text(compose_message(delivery)) + "\n"
    assert part(message, "html") == render_html(compose_message(delivery))


@given(st.text(alphabet=st.sampled_from("=?utf8bqBcc:_0DA@ \r\n\x00\x85\u2028\u202eаё停🕊")))
def test_no_encoded_word_survives_cleaning(text):
    """An encoded word that a mail program unpacks may hold line ends (CVE-2024-6923)."""
    cleaned = clean_header(text)
    assert "=?" not in cleaned
    assert cleaned == clean_line(cleaned)


def test_a_long_headline_is_cut_between_words():
    subject = parsed(make_delivery("mail", READER, title="Ceasefire talks " * 30))["Subject"]
    assert len(subject) <= 180
    assert subject.endswith(("talks…", "Ceasefire…"))


def test_seeds_of_other_scripts_have_their_own_list():
    assert (
        len(
            {
                slug_to_list_label("перемирие"),
                slug_to_list_label("наступает"),
                slug_to_list_label("nato talks"),
                slug_to_list_label("nato-talks"),
            }
        )
        == 4
    )


# --- TLS and login -----------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_login_goes_through_tls(security):
    with MailServer(security=security, login=("me", "open sesame")) as server:
        settings = settings_for(server.port, security, username="me", password=Secret("open sesame"))
        send(settings, trust=certificates()[1])
    assert server.heard == ["AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_we_know_is_refused(security):
    with MailServer(security=security) as server:
        error = trouble(settings_for(server.port, security))
    assert (error.reason, error.final) == ("tls", False)
    assert "unable to get local issuer certificate" in error.detail


def test_a_server_without_starttls_gets_no_mail():
    with MailServer() as server:
        error = trouble(settings_for(server.port, "starttls"), trust=certificates()[1])
    assert (ended(error), server.received) == (("smtp_unsupported", "channel"), [])


def test_a_server_without_login_gets_no_mail():
    with MailServer(security="tls") as server:
        settings = settings_for(server.port, "tls", username="me", password=Secret("open sesame"))
        error = trouble(settings, trust=certificates()[1])
    assert (ended(error), server.received) == (("smtp_unsupported", "channel"), [])


def test_no_password_is_sent_without_tls():
    with MailServer() as server:
        error = trouble(settings_for(server.port, username="me", password=Secret("open sesame")))
    assert (ended(error), server.heard) == (("smtp_login_needs_tls", "channel"), [])


@pytest.mark.parametrize("password", ["wrong sesame", "sésame"])
def test_a_refused_login_stops_the_channel_and_tells_no_password(password):
    """It is mended in the settings; until then the alerts wait."""
    with MailServer(security="starttls", login=("me", "open sesame")) as server:
        settings = settings_for(server.port, "starttls", username="me", password=Secret(password))
        error = trouble(settings, trust=certificates()[1])
    assert ended(error) in {("smtp_login_535", "channel"), ("smtp_not_ascii", "channel")}
    assert password not in f"{settings!r} {error!r} {error} {error.__cause__!r}"


def test_a_missing_login_is_named():
    with MailServer(security="starttls", login=("me", "open sesame")) as server:
        error = trouble(settings_for(server.port, "starttls"), trust=certificates()[1])
    assert ended(error) == ("smtp_login_530", "channel")


# --- when it cannot be sent --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "answer", "reason", "ends"),
    [
        ("RCPT", "451 try later", "smtp_recipient_451", None),
        ("RCPT", "550 no such user", "smtp_recipient_550", "message"),
        ("RCPT", "421 closing", "smtp_recipient_421", None),
        ("MAIL", "451 not now", "smtp_sender_451", None),
        ("MAIL", "553 not your address", "smtp_sender_553", "channel"),
        ("MAIL", "530 log in first", "smtp_login_530", "channel"),
        ("DATA", "452 no room", "smtp_452", None),
        ("DATA", "554 looks like spam", "smtp_554", "message"),
        ("DATA", "hang up", "connection_lost", None),
    ],
)
def test_a_refusal_has_a_name_and_ends_only_what_it_is_about(verb, answer, reason, ends):
    """A lasting no to the recipient or the message is about these; any other lasting no is about the channel."""
    assert refusal(**{verb: answer}) == (reason, ends)


def test_the_servers_words_are_kept():
    with MailServer({"RCPT": "550 no such user here"}) as server:
        assert trouble(settings_for(server.port)).detail == "no such user here"


@pytest.mark.parametrize(
    ("answers", "reason", "ends"),
    [
        (["554 no service for you"], "smtp_554", "channel"),
        (["421 too busy"], "smtp_421", None),
        (["220 hello", "250-mail.example\r\n250 STARTTLS", "454 no TLS today"], "smtp_454", None),
        (["220 hello", "250-mail.example\r\n250 STARTTLS", "502 what?"], "smtp_502", "channel"),
        (["HTTP/1.1 400 Bad Request"], "smtp_-1", None),
        (["220 hello"], "connection_lost", None),
    ],
)
def test_trouble_before_the_message_is_about_the_channel(answers, reason, ends):
    """No message is given up for it, however lasting the server's no."""
    with scripted(*answers) as port:
        error = trouble(settings_for(port, "starttls"))
    assert ended(error) == (reason, ends)


@pytest.mark.parametrize("farewell", ["421 too busy to say goodbye", "hang up", "silent"])
def test_a_rude_farewell_does_not_unsend_a_mail(farewell):
    with MailServer({"QUIT": farewell}) as server:
        sending = MailChannel("mail", settings_for(server.port)).send(DELIVERY, NOON)
        assert run_until_silence(sending, server.is_waiting).answer == "250 queued as 4bX9"


def test_a_server_that_does_not_greet_is_a_timeout():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert trouble(settings_for(silent.getsockname()[1], timeout_s=0.1)).reason == "timeout"


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("manner", ["silent", "drip"])
def test_a_server_that_gives_no_answer_in_time_is_a_timeout(verb, manner):
    """The limit holds for the whole talk: a byte now and then does not prolong it."""
    with MailServer({verb: manner}) as server, pytest.raises(StageError) as caught:
        run_until_silence(MailChannel("mail", settings_for(server.port)).send(DELIVERY, NOON), server.is_waiting)
    assert (caught.value.reason, caught.value.final, server.heard[-1]) == ("timeout", False, verb)


def test_a_daemon_that_stops_does_not_wait_for_a_silent_mail_server():
    """Its talk is in a thread, which nothing can cancel; so the line is cut."""

    async def stop(server):
        sending = asyncio.create_task(MailChannel("mail", settings_for(server.port)).send(DELIVERY, NOON))
        await asyncio.to_thread(server.is_waiting.wait)
        sending.cancel()
        await asyncio.wait([sending])
        return sending.cancelled()

    with MailServer({"RCPT": "silent"}) as server:
        assert asyncio.run(stop(server))


def test_a_server_that_is_not_there_is_named():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = trouble(settings_for(port))
    assert (error.reason, error.final) == ("connect", False)


def test_who_was_taken_off_the_settings_gets_no_more_mail():
    with MailServer() as server:
        error = trouble(settings_for(server.port), make_delivery("mail", "former@example.org"))
    assert (error.reason, server.heard) == ("no_such_recipient", [])


def test_an_address_beyond_ascii_is_named():
    with MailServer() as server:
        settings = settings_for(server.port, recipients=("чит@example.org",))
        error = trouble(settings, make_delivery("mail", "чит@example.org"))
    assert ended(error) == ("smtp_not_ascii", None)


def test_a_channel_tells_everybody_of_its_settings():
    assert MailChannel("mail", settings_for(25, recipients=("a@x.example", "b@x.example"))).recipients() == (
        "a@x.example",
        "b@x.example",
    )


# --- headers -----------------------------------------------------------------------------------


def test_a_subject_has_180_characters_at_most():
    assert len(str(parsed(make_delivery("mail", READER, title="x" * 300))["Subject"])) == 180
    later = replace(DELIVERY, alert=make_follow_up(story_title="x" * 300))
    assert str(parsed(later)["Subject"]) == "Re: " + "x" * 175 + "…"


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_travels_in_seven_bits(text):
    """Not every server takes eight."""
    assert compose_mail(make_delivery("mail", READER, title=text), "m@x.example", NOON).as_bytes().isascii()


def test_a_report_without_a_thread_answers_nothing():
    assert "In-Reply-To" not in parsed(make_delivery("mail", READER, thread=""))


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("desk@EXAMPLE.org", "example.org"),
        ("example.org", "monitor.invalid"),
        ("desk@localhost", "monitor.invalid"),
        (f"desk@{'x' * 64}.example", "monitor.invalid"),
    ],
)
def test_a_sender_gives_names_in_its_own_domain_if_it_has_one(sender, domain):
    assert domain_of_sender(sender) == domain


@pytest.mark.parametrize(
    ("slug", "label"),
    [
        ("x" * 50, "x" * 50),
        ("x" * 51, f"{'x' * 50}-"),
        ("grain deal", "grain-deal-"),
        ("мир-2025", "2025-"),
        ("мир", "seed-"),
    ],
)
def test_a_list_id_has_a_label_that_mail_programs_take(slug, label):
    """Made to fit, it ends with a hash of eight digits, so that two seeds never share one."""
    found = slug_to_list_label(slug)
    assert (found.startswith(label), len(found) - len(label)) == (True, 8 if label.endswith("-") else 0)
