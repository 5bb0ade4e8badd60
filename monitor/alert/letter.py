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

from monitor.alert.cutting import cut
from monitor.alert.html import as_html
from monitor.alert.message import Words, words_of
from monitor.alert.plain import as_text
from monitor.model import Delivery, Report
from monitor.text import clean_line

SUBJECT_LIMIT, LABEL_LIMIT = 180, 50
NOBODYS = "monitor.invalid"
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class Subject(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # the stubs differ about max_count
    """A subject that keeps its spaces: folded by Python 3.11, one in eight long Russian ones lost one."""

    def fold(self, *, policy: Policy) -> str:
        """Write the header, in lines of encoded words unless it is plain ASCII."""
        if self.isascii():
            return super().fold(policy=policy)
        return f"{self.name}: {Header(str(self), 'utf-8', header_name=self.name).encode(linesep=policy.linesep)}\r\n"


def _policy() -> EmailPolicy[EmailMessage]:
    headers = HeaderRegistry()
    headers.map_to_type("subject", Subject)
    # Seven bits: not every server takes eight, and smtplib does not ask.
    return SMTP.clone(cte_type="7bit", header_factory=headers)


POLICY = _policy()


def compose(delivery: Delivery, sender: str, now: datetime, zone: tzinfo = UTC) -> EmailMessage:
    """Write the message; every header from outside is cleaned first (CVE-2024-6923)."""
    words, domain, alert = words_of(delivery, zone), domain_of(sender), delivery.alert
    message = EmailMessage(POLICY)
    message["Subject"] = _subject(words)
    message["From"] = sender
    message["To"] = delivery.recipient
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{delivery.message_id.partition('@')[0]}@{domain}>"
    if isinstance(alert, Report) and alert.thread:
        # A first message that need never have been sent: every report answers it, whichever comes first.
        root = f"<thread-{_short(alert.thread)}.{_short(delivery.recipient)}@{domain}>"
        message["In-Reply-To"] = message["References"] = root
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"<{label(alert.seed if isinstance(alert, Report) else alert.kind)}.monitor.{domain}>"
    message.set_content(as_text(words))
    message.add_alternative(as_html(words), subtype="html")
    return message


def _subject(words: Words) -> str:
    """The news; of a follow-up its story's name, for some mail programs take another subject as another thread."""
    return f"Re: {header(words.story, SUBJECT_LIMIT - 4)}" if words.story else header(words.headline)


def domain_of(sender: str) -> str:
    """The domain that a sender may give names in.

    >>> domain_of("News desk <desk@example.org>"), domain_of("m@пример.рф"), domain_of("root")
    ('example.org', 'xn--e1afmkfd.xn--p1ai', 'monitor.invalid')
    """
    try:
        domain = parseaddr(sender)[1].rpartition("@")[2].encode("idna").decode().lower()
    except UnicodeError:
        return NOBODYS
    return domain if "@" in sender and DOMAIN.fullmatch(domain) else NOBODYS


def header(text: str, limit: int = SUBJECT_LIMIT) -> str:
    r"""Text that is safe in a header: one line, and no encoded word that a mail program would unpack.

    >>> header("Truce\r\nBcc: v@x.example =\x00?utf-8?q?=0D=0ABcc:_v=40x?=")
    'Truce Bcc: v@x.example = ?utf-8?q?=0D=0ABcc:_v=40x?='
    """
    # In this order: what cleaning drops may have stood between the two signs.
    return cut(clean_line(text, len(text)).replace("=?", "= ?"), limit)


def label(slug: str) -> str:
    """A seed's name as one label of a list id (RFC 2919); other letters than ASCII become a short hash.

    >>> label("nato-talks"), label("перемирие")
    ('nato-talks', 'seed-14b6abf7')
    """
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in slug)
    if plain == slug and len(slug) <= LABEL_LIMIT:
        return plain
    return f"{plain.strip('-')[:LABEL_LIMIT] or 'seed'}-{_short(slug, 4)}"


def _short(text: str, size: int = 8) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).hexdigest()
