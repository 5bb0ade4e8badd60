"""What is told: alerts, the deliveries of each, and who knows a story by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.findings import Passage


@dataclass(frozen=True, slots=True)
class Telling:
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
class Alert:
    """A message about one story for one seed, or a digest of several: facts that each channel puts into words."""

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
    kind: str = "hit"
    """`hit` (first report of a story), `follow_up` (something new in it), `digest` (several), `notice` (of ours)."""
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
    items: tuple[Alert, ...] = ()
    """Of a digest: the alerts it stands for."""


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
