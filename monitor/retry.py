"""What becomes of work that failed, and of the channel it failed on. Pure: the archive only writes it down.

    after_poll      when a feed is looked at again
    after_reading   whether an entry is tried again, and when
    after_failure   what a message that was not taken changes: its delivery, its channel, who is notified
    after_success   what one that was taken changes
    whom_to_notify  which addresses are told of a channel's trouble

Every number is in `pace`; what the reasons mean is in docs/glossary.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import pace
from monitor.model import Delivery, DeliveryState, Dispatch, Entry, EntryState, Failure, Feed, Notice, Sent

ANSWER_LOST = ("timeout", "connection_lost")
"""After these the other side may have taken the message and only its answer is missing: the next try says so."""

NEVER_LEFT = ("connect", "dns", "tls")
"""After these nothing was said yet: every other message of the channel would fare the same, so it rests."""

NOT_THE_CHANNELS_FAULT = ("no_such_channel", "no_such_recipient", "bug")
"""These say nothing about a channel: it is gone from the settings, or the mistake is ours."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What is known of a channel: it works, it rests for a while, or it takes no alerts at all."""

    name: str
    down_since: datetime | None = None
    """Since when it takes no alerts."""
    attempts: int = 0
    """Tries that failed since it is down."""
    rests_until: datetime | None = None
    """Until when nothing is sent there: it is down, or its server asked for it."""
    problem: str | None = None
    problem_detail: str | None = None

    @property
    def is_down(self) -> bool:
        """Whether it takes no alerts."""
        return self.down_since is not None


@dataclass(frozen=True, slots=True)
class KeyedNotice:
    """A notice, and the key by which the same trouble is told once."""

    key: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class DeliveryChange:
    """What one try to send changes: the delivery, its channel, and what other channels are notified of."""

    state: DeliveryState
    attempts: int
    due: datetime
    """When it is tried next; of what is dead, when it was given up."""
    first_tried: datetime | None
    """From when on it grows old, that is, counts towards `pace.GIVE_UP_SENDING`; None while it does not."""
    channel: ChannelState
    notices: tuple[KeyedNotice, ...] = ()
    """Of trouble that began or is over, for another channel."""
    renews_waiting: bool = False
    """What else waits for the channel begins anew, as if it had never been tried."""


def after_poll(failure: Failure[Feed], now: datetime) -> datetime:
    """When a feed is looked at again: it is never given up."""
    if failure.final:  # of feeds only what is poison or gone
        return now + (pace.POISON_RETRY if failure.reason == "poison" else pace.GONE_RETRY)
    attempts = failure.item.attempts + 1
    longest = pace.LONGEST_RETRY if attempts < pace.POLLS_BEFORE_DAILY else pace.DAILY_RETRY
    return pace.next_retry(now, attempts, failure.retry_after, longest=longest)


def after_reading(failure: Failure[Entry], now: datetime) -> tuple[EntryState, datetime | None]:
    """The state of an entry that could not be read, and when it is tried again, if it is."""
    attempts = failure.item.attempts + 1
    if attempts >= pace.READINGS_BEFORE_SKIPPED:
        return "skipped", None
    return "due", pace.next_retry(now, attempts, failure.retry_after)


def is_last_try_of_page(failure: Failure[Entry]) -> bool:
    """Whether an entry is judged by what its feed told of it, because its page cannot be had."""
    return failure.final or failure.item.attempts + 1 >= pace.READINGS_BEFORE_FEED_TEXT


def may_be_outage(failure: Failure[Delivery]) -> bool:
    """Whether a failure is the channel's, should nothing else have got through since the message was first tried."""
    if failure.final or failure.channel_down or failure.reason in NOT_THE_CHANNELS_FAULT:
        return False
    return failure.item.first_tried is not None and failure.item.attempts + 1 >= pace.SENDINGS_BEFORE_DOWN


def after_failure(
    failure: Failure[Delivery], channel: ChannelState, now: datetime, *, others_got_through: bool
) -> DeliveryChange:
    """What a message that was not taken changes.

    `others_got_through`: whether the channel took anything since this one was first tried. It counts only where the
    failure `may_be_outage`. A channel that is down is no message's fault: while it takes nothing, none grows old.
    """
    delivery = failure.item
    # It does not grow old: when age counted in outages, six days without a server cost four alerts of ten.
    if failure.channel_down:
        down = _mark_channel_down(channel, failure, now)
        return DeliveryChange("pending", delivery.attempts, now, None, down, _notices_of_outage(down, failure, now))
    attempts = delivery.attempts + 1
    notices: tuple[KeyedNotice, ...] = ()
    due = pace.next_resend(now, attempts, failure.retry_after)
    # Without the look at others, one message that a server hangs on took its channel down once an hour, and each
    # message that got through ended the outage: a notice for either.
    if may_be_outage(failure) and not others_got_through:
        channel = _mark_channel_down(channel, failure, now)
        notices = _notices_of_outage(channel, failure, now)
        if failure.reason in NEVER_LEFT:  # any message would fare the same: it goes as soon as the channel has rested
            due = channel.rests_until or due
    elif failure.retry_after or failure.reason in NEVER_LEFT:  # it is the channel, not the message
        channel = replace(channel, rests_until=max(due, channel.rests_until or due))
    first_tried = delivery.first_tried or now
    if failure.final or (pace.is_too_late_to_send(now, delivery.first_tried) and not channel.is_down):
        return DeliveryChange("dead", attempts, now, first_tried, channel, _notices_of_dead(failure, now))
    return DeliveryChange("pending", attempts, due, first_tried, channel, notices)


def after_bug(failure: Failure[Delivery], now: datetime) -> tuple[DeliveryState, datetime]:
    """The state of a delivery whose failure could not be saved whole for a bug of ours, and when it is tried again.

    Of its channel nothing is known to be saved then, so its own schedule alone keeps it from being tried without end.
    """
    if failure.final or pace.is_too_late_to_send(now, failure.item.first_tried):
        return "dead", now
    return "pending", pace.next_resend(now, failure.item.attempts + 1, failure.retry_after)


def after_success(sent: Sent, channel: ChannelState, now: datetime) -> DeliveryChange:
    """What a message that was taken changes: whatever was wrong with its channel is over.

    After a long outage, what could not be sent meanwhile is as good as new: one more hiccup must not kill it. After
    a short one not: it may be one message that nothing takes, beside others that get through.
    """
    delivery, since = sent.delivery, channel.down_since
    change = DeliveryChange("sent", delivery.attempts + 1, now, delivery.first_tried, ChannelState(channel.name))
    if since is None:
        return change
    notice = Notice(
        f"Channel {channel.name} works again",
        f"It took no alerts since {_time_in_notice(since)}. They follow now.",
        now,
    )
    works_again = KeyedNotice(f"up/{channel.name}/{_time_in_notice(since)}", notice)
    return replace(change, notices=(works_again,), renews_waiting=now - since > pace.OUTAGE_THAT_RENEWS)


def whom_to_notify(others: Sequence[Dispatch], down: frozenset[str]) -> tuple[Dispatch, ...]:
    """Of the addresses on other channels, the best first, those on the first channel that is not down itself.

    Where all are down, the notice waits with the first.
    """
    names = [address.channel for address in others]
    chosen = next((name for name in names if name not in down), names[0] if names else None)
    return tuple(address for address in others if address.channel == chosen)


def _mark_channel_down(channel: ChannelState, failure: Failure[Delivery], now: datetime) -> ChannelState:
    """A channel that takes nothing, after one more try of it: it rests, longer each time."""
    attempts = channel.attempts + 1
    until = pace.next_retry(now, attempts, failure.retry_after, shortest=pace.FIRST_REST, longest=pace.LONGEST_REST)
    since = channel.down_since or now
    return ChannelState(channel.name, since, attempts, until, failure.reason, failure.detail or None)


def _notices_of_outage(channel: ChannelState, failure: Failure[Delivery], now: datetime) -> tuple[KeyedNotice, ...]:
    """That a channel is down: the same from its first failed try to its last, and so told once."""
    if isinstance(failure.item.alert, Notice):  # a notice that fails makes no notice
        return ()
    notice = Notice(
        f"Channel {channel.name} takes no alerts: {failure.reason}",
        f"{_detail_sentence(failure.detail)}Its alerts wait, and it is tried again by itself at least once an "
        f"hour. When it is mended, `monitor alerts retry --channel {channel.name}` tries at once.",
        now,
    )
    return (KeyedNotice(f"down/{channel.name}/{_time_in_notice(channel.down_since or now)}", notice),)


def _notices_of_dead(failure: Failure[Delivery], now: datetime) -> tuple[KeyedNotice, ...]:
    """That a delivery will not be tried again: told once an hour for the same trouble."""
    delivery = failure.item
    if isinstance(delivery.alert, Notice):
        return ()
    whom = f"{delivery.channel} to {delivery.recipient}" if delivery.recipient else delivery.channel
    notice = Notice(
        f"Alerts by {whom} are given up: {failure.reason}",
        f"{_detail_sentence(failure.detail)}The first was “{delivery.alert.title}”. "
        "`monitor alerts dead` lists them, `monitor alerts retry` sends them after all.",
        now,
    )
    key = f"dead/{delivery.channel}/{delivery.recipient}/{failure.reason}/{now:%Y%m%d%H}"
    return (KeyedNotice(key, notice),)


def _detail_sentence(detail: str) -> str:
    return f"{detail}. " if detail else ""


def _time_in_notice(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
