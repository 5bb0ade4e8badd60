"""A delivery → the mail that tells it: our headers, a text and a page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from hashlib import blake2b

from monitor.alert.cutting import cut_text
from monitor.alert.html import render_html
from monitor.alert.message import MessageText, compose_message
from monitor.alert.plain import render_text
from monitor.model import Delivery, Report
from monitor.text import clean_line

SUBJECT_LIMIT, LABEL_LIMIT = 180, 50
FALLBACK_DOMAIN = "monitor.invalid"
DOMAIN_PATTERN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class _SubjectHeader(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # the stubs differ about max_count
    """A subject that keeps its spaces: folded by Python 3.11, one in eight long Russian ones lost one."""

    def fold(self, *, policy: Policy) -> str:
        """Write the header, in lines of encoded words unless it is plain ASCII."""
        if self.isascii():
            return super().fold(policy=policy)
        return f"{self.name}: {Header(str(self), 'utf-8', header_name=self.name).encode(linesep=policy.linesep)}\r\n"


def _make_mail_policy() -> EmailPolicy[EmailMessage]:
    headers = HeaderRegistry()
    headers.map_to_type("subject", _SubjectHeader)
    # Seven bits: not every server takes eight, and smtplib does not ask.
    return SMTP.clone(cte_type="7bit", header_factory=headers)


MAIL_POLICY = _make_mail_policy()


def compose_mail(delivery: Delivery, sender: str, now: datetime, zone: tzinfo = UTC) -> EmailMessage:
    """Write the message; every header from outside is cleaned first (CVE-2024-6923)."""
    words, domain, alert = compose_message(delivery, zone), domain_of_sender(sender), delivery.alert
    message = EmailMessage(MAIL_POLICY)
    message["Subject"] = _subject_line(words)
    message["From"] = sender
    message["To"] = delivery.recipient
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{delivery.message_id.partition('@')[0]}@{domain}>"
    if isinstance(alert, Report) and alert.thread:
        # A first message that need never have been sent: every report answers it, whichever comes first.
        root = f"<thread-{_short_hash(alert.thread)}.{_short_hash(delivery.recipient)}@{domain}>"
        message["In-Reply-To"] = message["References"] = root
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = (
        f"<{slug_to_list_label(alert.seed if isinstance(alert, Report) else alert.kind)}.monitor.{domain}>"
    )
    message.set_content(render_text(words))
    message.add_alternative(render_html(words), subtype="html")
    return message


def _subject_line(words: MessageText) -> str:
    """The news; of a follow-up its story's name, for some mail programs take another subject as another thread."""
    return f"Re: {clean_header(words.story, SUBJECT_LIMIT - 4)}" if words.story else clean_header(words.headline)


def domain_of_sender(sender: str) -> str:
    """The domain that a sender may give names in.

    >>> domain_of_sender("News desk <desk@example.org>"), domain_of_sender("m@пример.рф"), domain_of_sender("root")
    ('example.org', 'xn--e1afmkfd.xn--p1ai', 'monitor.invalid')
    """
    try:
        domain = parseaddr(sender)[1].rpartition("@")[2].encode("idna").decode().lower()
    except UnicodeError:
        return FALLBACK_DOMAIN
    return domain if "@" in sender and DOMAIN_PATTERN.fullmatch(domain) else FALLBACK_DOMAIN


def clean_header(text: str, limit: int = SUBJECT_LIMIT) -> str:
    r"""Text that is safe in a header: one line, and no encoded word that a mail program would unpack.

    >>> clean_header("Truce\r\nBcc: v@x.example =\x00?utf-8?q?=0D=0ABcc:_v=40x?=")
    'Truce Bcc: v@x.example = ?utf-8?q?=0D=0ABcc:_v=40x?='
    """
    # In this order: what cleaning drops may have stood between the two signs.
    return cut_text(clean_line(text, len(text)).replace("=?", "= ?"), limit)


def slug_to_list_label(slug: str) -> str:
    """A seed's name as one label of a list id (RFC 2919); other letters than ASCII become a short hash.

    >>> slug_to_list_label("nato-talks"), slug_to_list_label("перемирие")
    ('nato-talks', 'seed-14b6abf7')
    """
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in slug)
    if plain == slug and len(slug) <= LABEL_LIMIT:
        return plain
    return f"{plain.strip('-')[:LABEL_LIMIT] or 'seed'}-{_short_hash(slug, 4)}"


def _short_hash(text: str, size: int = 8) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).hexdigest()
