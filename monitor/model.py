"""The nouns: frozen values that the stages hand to each other.

They hold facts, no clients and no clock. Times are aware and in UTC. Everything here can be pickled
to a worker and written as JSON. The glossary in docs/glossary.md says what each word means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from hashlib import blake2b
from typing import Generic, TypeVar

Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)


class StageError(Exception):
    """Expected trouble with one item, named by a short, stable reason that people group by.

    `retry_after` is the least wait the other side asked for. `final` says that trying again is of no use for this
    one item. `channel_down` says the same of a whole channel until somebody mends it: its items are to wait.
    `detail` is one plain line for people; it never holds a secret.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: timedelta | None = None,
        final: bool = False,
        detail: str = "",
        channel_down: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.final = final
        self.detail = detail
        self.channel_down = channel_down

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason

    def about(self, item: Item) -> Failure[Item]:
        """The same trouble as a value, charged to one item."""
        return Failure(item, self.reason, self.retry_after, self.final, self.detail, self.channel_down)


@dataclass(frozen=True, slots=True)
class Failure(Generic[Item_co]):
    """Expected trouble with one item, saved with it: why, and the least wait before the next try."""

    item: Item_co
    reason: str
    retry_after: timedelta | None = None
    final: bool = False
    detail: str = ""
    channel_down: bool = False
    """Of a delivery: its channel is broken until somebody mends it, so that nothing else need be tried there."""


# --- sources -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """An RSS, Atom or JSON address we poll, with what the last good poll left behind."""

    id: int
    url: str
    source: str
    language: str | None = None
    interval: timedelta = timedelta(minutes=15)
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    attempts: int = 0
    """Polls that failed since the last good one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item listed by a feed. `id` is 0 until the archive has given it one."""

    id: int
    feed_id: int
    key: str
    """The item's identity within its feed: guid, else link, else a hash of its words."""
    url: str | None
    """Where its page is: http or https, absolute, without tracking parameters; None when it has none."""
    title: str
    summary: str = ""
    """What the feed itself tells, as plain text: its full content, else its summary."""
    published: datetime | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    attempts: int = 0
    """Readings that failed so far."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One look at a feed: what it listed and what to remember for the next look."""

    feed: Feed
    entries: tuple[Entry, ...]
    outcome: str
    """`new` (a document was parsed), `unchanged` (304) or `same` (200 with the bytes of last time)."""
    status: int
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    title: str | None = None
    moved_to: str | None = None
    """Where permanent redirects led, if anywhere."""
    body_bytes: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The fetched document of an entry."""

    url: str
    """Its own address, after redirects."""
    body: bytes
    content_type: str = "text/html"
    """The Content-Type header as sent, charset included."""


@dataclass(frozen=True, slots=True)
class Article:
    """The readable text of a page, with its metadata."""

    url: str
    title: str
    text: str
    """Plain text; paragraphs end with a newline."""
    language: str | None = None
    """Two-letter code, as detected in the text."""
    published: datetime | None = None
    authors: tuple[str, ...] = ()
    canonical_url: str | None = None
    method: str = ""
    """How the text was won: `trafilatura`, `resiliparse`, … or `feed` when the page gave none."""
    problems: tuple[str, ...] = ()
    meaning: bytes | None = None
    """What it means, as a vector, where the extra `semantic` is switched on."""

    @property
    def identity(self) -> str:
        """Its address; a made-up one where it has none."""
        if self.url:
            return self.url
        words = f"{self.title}\n{self.text}".encode("utf-8", "replace")
        return f"urn:text:{blake2b(words, digest_size=12).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one entry gave."""

    entry: Entry
    article: Article
    seconds: float = 0.0


# --- what is looked for ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Topic:
    """A weighted facet of a seed: a name and its terms, in any language."""

    name: str
    terms: Mapping[str, tuple[str, ...]]
    """Language code → words or phrases; the key `*` holds for every language."""
    weight: float = 1.0
    required: bool = False
    """Without it nothing is a hit."""
    excluded: bool = False
    """With it nothing is a hit, unless it is only mentioned in passing."""
    proposed: bool = False
    """Not written by the user but drawn from the seed's text."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """When hits are told. None means that nobody has said."""

    when: str | None = None
    """`instant`, `hourly` or `daily`."""
    at: time | None = None
    """For daily digests: the time of day."""
    zone: tzinfo | None = None
    """Whose clocks count."""
    quiet: tuple[time, time] | None = None
    """From when to when nobody is to be woken."""
    min_score: float | None = None
    cap_per_hour: int | None = None
    """So many alerts an hour at most; what is more goes into one digest."""
    urgent: bool | None = None
    """Wakes people in the quiet hours, too."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example article of a seed."""

    title: str
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """The example article(s) of a subject the user must not miss, with its topics."""

    slug: str
    title: str
    examples: tuple[Example, ...]
    topics: tuple[Topic, ...] = ()
    threshold: float | None = None
    """The score from which an article is a hit, in [0, 1]; None means the default."""
    channels: tuple[str, ...] | None = None
    """Names of the channels its alerts go to; None means the default ones."""
    counter_examples: tuple[Example, ...] = ()
    """Articles that look alike and are not meant."""
    relevant: tuple[Example, ...] = ()
    """Hits that somebody labelled relevant: the seed moves towards them, within bounds."""
    wishes: Wishes = Wishes()
    """When its hits are told; None where the channel says, or the general settings."""


# --- what was found ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article's text that carried a decision. Offsets count characters."""

    text: str
    start: int
    """Where it begins in the article's text."""
    marks: tuple[tuple[int, int], ...] = ()
    """The words to highlight, as (start, end) within `text`; ascending, not overlapping."""


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a score, with its name as people read it."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Article × seed: the score, the parts that sum to it, and the reason in a sentence."""

    seed: str
    score: float
    """In [0, 1]."""
    threshold: float
    hit: bool
    reason: str
    parts: tuple[Part, ...] = ()
    topics: tuple[str, ...] = ()
    """Names of the topics found in the article."""
    passages: tuple[Passage, ...] = ()
    """Best first; none for what is far from a hit."""


@dataclass(frozen=True, slots=True)
class Story:
    """Hits of one seed that tell the same news, named by the article that told it first."""

    seed: str
    url: str
    """The first article's address: with the seed, the story's identity."""
    title: str
    source: str
    first_seen: datetime

    @property
    def thread(self) -> str:
        """What all messages about it share."""
        return blake2b(f"{self.seed}\0{self.url}".encode(), digest_size=12).hexdigest()


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


@dataclass(frozen=True, slots=True)
class Promise:
    """An alert and the addresses it goes to."""

    alert: Alert
    to: tuple[Dispatch, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision and what became of it: who is told, or why nobody is."""

    decision: Decision
    story: Story | None = None
    """For a hit: the story it belongs to."""
    promises: tuple[Promise, ...] = ()
    """At most two: to whom the story is new, and a follow-up to those who know it."""
    silent_because: str | None = None
    """For a hit that alerts nobody, or not everybody: why. For what is no hit, the decision's own reason says it."""
    relation: str | None = None
    """Of a hit to its story: `first`, `copy` of an earlier report, or another `report` of the same news."""
    independent: int = 1
    """Publishers that tell its story on their own by now."""
    is_new: bool = True
    """It was no hit before: what was one may have been edited."""

    @property
    def to(self) -> tuple[Dispatch, ...]:
        """Every address that is told."""
        return tuple(one for promise in self.promises for one in promise.to)


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that one reading changes: its decisions, and the words it teaches."""

    decisions: tuple[Judged, ...] = ()
    learned: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(language, stem) → in how many more articles it has been seen: the increments to save."""
    learned_articles: Mapping[str, int] = field(default_factory=dict)
    """Language → how many more articles have been seen."""
    edited: bool = False
    """The article was judged before, as it was then."""
