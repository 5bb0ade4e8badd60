"""What is told: alerts, the deliveries of each, and who knows a story by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from monitor.model.findings import Passage


@dataclass(frozen=True, slots=True)
class PastAlert:
    """That a channel is told of one report of a story: a delivery that nothing suppressed."""

    article: str
    """The report's `Article.identity`."""
    channel: str
    at: datetime
    """When it was promised."""
    follow_up: bool = False
    catch_up: bool = False
    """It was old news, told in a digest that may be long."""
    title: str = ""
    """Its headline as it was told."""
    news: tuple[str, ...] = ()
    """What was told as new in it."""
    independent: int = 1
    """So many publishers were said to tell the story."""


@dataclass(frozen=True, slots=True)
class Report:
    """An alert about one report of a story, for one seed: facts that each channel puts into words."""

    seed: str
    seed_title: str
    title: str
    url: str | None
    source: str
    published: datetime | None
    """When the source says it published; None when it does not say."""
    seen: datetime
    language: str | None
    score: float
    reason: str
    topics: tuple[str, ...]
    passages: tuple[Passage, ...]
    archive_url: str | None = None
    """The page of the hit in the archive, when the archive is served."""
    label_url: str | None = None
    """Where the hit may be labelled relevant or not, likewise."""
    kind: Literal["hit", "follow_up"] = "hit"
    """`hit` is the first that a channel hears of the story, `follow_up` something new in it."""
    also: tuple[str, ...] = ()
    """Other outlets that have the story, the earliest first."""
    independent: int = 1
    """Publishers that tell it on their own: copies of one report count once."""
    news: tuple[str, ...] = ()
    """Of a follow-up: what is new, each as a short phrase."""
    story_title: str = ""
    """Of a follow-up: the title of the first alert about its story; a thread of mails keeps it as its subject."""
    thread: str = ""
    """What the messages about one story share: channels that can keep them together do so by it."""


@dataclass(frozen=True, slots=True)
class Digest:
    """An alert that stands for several reports."""

    items: tuple[Report, ...]
    seen: datetime
    """When it was put together."""
    lead: str = ""
    """Why it comes now, where that is not plain."""
    archive_url: str | None = None
    """The page of all hits in the archive, when the archive is served."""
    kind: Literal["digest"] = "digest"

    @property
    def title(self) -> str:
        """What lists and logs call it."""
        return f"digest of {len(self.items)}"


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert about the monitor itself: a channel that is broken, deliveries that were given up."""

    title: str
    lead: str
    """What to do about it."""
    seen: datetime
    kind: Literal["notice"] = "notice"


Alert = Report | Digest | Notice
"""A message for one channel. Its `kind` is kept with it and says which of the three it is."""

AlertKind = Literal["hit", "follow_up", "digest", "notice"]

DeliveryState = Literal["pending", "sending", "sent", "dead", "folded", "suppressed"]
"""Of a row in the outbox: `folded` into a digest, `suppressed` by a silence, `dead` when it was given up."""
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one recipient: a row of the outbox."""

    id: int
    channel: str
    recipient: str
    """A mail address; empty where a channel has just one place to go to."""
    message_id: str
    """Fixed when the row is made, the same in every try: `word@domain`, without angle brackets."""
    alert: Alert
    attempts: int = 0
    first_tried: datetime | None = None
    in_doubt: bool = False
    """An earlier try was cut off before its answer, so this one may be a repetition."""
    thread_id: str | None = None
    """What the provider called the first message of this thread, when one was sent here and it said so."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that the other side accepted."""

    delivery: Delivery
    answer: str
    """What the other side said, shortened; never a secret."""
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """An address that is told, when, and whether by itself or in a digest."""

    channel: str
    recipient: str = ""
    """A mail address; empty where a channel has just one place to go to."""
    due: datetime | None = None
    """None means now."""
    digest: bool = False
    catch_up: bool = False
    """It is old news: its digest waits until no more of it comes."""
    why: str = ""
    """Why not at once, in a few words."""
    cap_per_hour: int | None = None
    """So many alerts an hour the address gets at once, of whatever seed."""
    seed_cap_per_hour: int | None = None
    """So many of this seed alone."""
