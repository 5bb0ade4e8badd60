"""The nouns: frozen values that the stages hand to each other.

They hold facts, no clients and no clock. Times are aware and in UTC. Everything here can be pickled
to a worker and written as JSON. The glossary in docs/glossary.md says what each word means.
"""

from monitor.model.alerts import (
    DELIVERY_STATES,
    Alert,
    AlertKind,
    Delivery,
    DeliveryState,
    Digest,
    Dispatch,
    Notice,
    PastAlert,
    Report,
    Sent,
)
from monitor.model.failures import Failure, Item, StageError, WebReason
from monitor.model.findings import Decision, Part, Passage, Relation, Story
from monitor.model.judgements import JudgedDecision, Judgement, Promise
from monitor.model.seeds import ANY_LANGUAGE, EVERY_SEED, AlertFrequency, AlertTiming, Example, Seed, Topic
from monitor.model.sources import (
    Article,
    ArticleMethod,
    Entry,
    EntryState,
    Feed,
    Page,
    Poll,
    PollOutcome,
    PollProblem,
    Reading,
    TextProblem,
)

__all__ = [
    "ANY_LANGUAGE",
    "DELIVERY_STATES",
    "EVERY_SEED",
    "Alert",
    "AlertFrequency",
    "AlertKind",
    "AlertTiming",
    "Article",
    "ArticleMethod",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Digest",
    "Dispatch",
    "Entry",
    "EntryState",
    "Example",
    "Failure",
    "Feed",
    "Item",
    "JudgedDecision",
    "Judgement",
    "Notice",
    "Page",
    "Part",
    "Passage",
    "PastAlert",
    "Poll",
    "PollOutcome",
    "PollProblem",
    "Promise",
    "Reading",
    "Relation",
    "Report",
    "Seed",
    "Sent",
    "StageError",
    "Story",
    "TextProblem",
    "Topic",
    "WebReason",
]
