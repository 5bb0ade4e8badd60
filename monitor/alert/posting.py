"""Posting to an address that is a secret: what is told of it afterwards holds none of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from monitor.alert.secret import Secret
from monitor.model import StageError
from monitor.pace import PAUSE_IF_LIMITED
from monitor.text import clean_line
from monitor.web import Response, post_unguarded

BUSY_STATUSES = (408, 425, 429)
"""Not now (RFC 9110, 8470 and 6585)."""
SHUT_STATUSES = (401, 403, 404, 410)
"""Whoever is asked does not let us in, or is not there any more: that is about the channel, not about one message."""
TOO_MANY_REQUESTS = 429
REFUSED_STATUSES = range(400, 500)


async def post_secretly(url: Secret, body: bytes, headers: Mapping[str, str], timeout_s: float) -> Response:
    """Post to a secret address."""
    try:
        return await post_unguarded(url.reveal(), body, headers, timeout_s=timeout_s)
    except StageError as error:
        # Its detail may name the address.
        raise StageError(error.reason, retry_after=error.retry_after) from None


def status_to_stage_error(answer: Response, name: str, now: datetime, detail: str = "") -> StageError:
    """The error for an answer other than yes, by its status: `name` and the status are its reason."""
    status = answer.status
    return StageError(
        f"{name}_{status}",
        retry_after=answer.retry_after(now) or (PAUSE_IF_LIMITED if status == TOO_MANY_REQUESTS else None),
        final=status in REFUSED_STATUSES and status not in (*BUSY_STATUSES, *SHUT_STATUSES),
        channel_down=status in SHUT_STATUSES,
        detail=detail,
    )


def excerpt_answer(answer: Response, *secrets: Secret) -> str:
    """The answer's beginning; what it repeats of a secret is blotted out."""
    text = answer.body.decode("utf-8", "replace")
    for word in sorted(
        filter(None, (word for secret in secrets for word in _secret_parts(secret))), key=len, reverse=True
    ):
        text = text.replace(word, "***")
    return clean_line(text, 100)


def _secret_parts(secret: Secret) -> list[str]:
    """Of an address, every part but its host; of anything else, all of it."""
    _, is_address, rest = secret.reveal().partition("://")
    return re.split(r"[/?&=]", rest)[1:] if is_address else [secret.reveal()]
