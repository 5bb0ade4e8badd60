"""A surprise with one item: loud in the log with its traceback, charged to it alone, so that its batch goes on."""

from __future__ import annotations

import logging

from monitor.model import Delivery, Failure, Item

log = logging.getLogger(__name__)

LONGEST_NAME_IN_LOG = 200


def charge_bug(item: Item, error: BaseException) -> Failure[Item]:
    """What is saved with an item that a mistake of ours met, which is logged with its traceback."""
    log.error("bug with %s", name_in_log(item), exc_info=error)
    return Failure(item, "bug", detail=type(error).__name__)


def name_in_log(item: object) -> str:
    """What a log calls an item. A delivery's recipient and text are nobody's business there."""
    if isinstance(item, Delivery):
        return f"delivery {item.id} by {item.channel}"
    return str(getattr(item, "url", None) or repr(item)[:LONGEST_NAME_IN_LOG])
