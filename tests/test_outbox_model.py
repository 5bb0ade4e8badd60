"""The outbox against a model of what it promises, under any mix of trouble.

Each alert ends told (by itself or in a digest that was sent) or given up and told of; never neither, and twice only
where an answer was lost.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from monitor.archive.promises import add_alert, capped
from monitor.model import Delivery, Dispatch, Failure, Sent
from tests.alerts import make_alert
from tests.build import NOON, make_archive, rows

CHANNELS = ("desk", "mail")
DAY = timedelta(days=1)


class OutboxModel(RuleBasedStateMachine):
    """Alerts are promised, sent, refused, cut off; the process dies; time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.archive = make_archive()
        self.now = NOON
        self.promised: set[str] = set()
        self.received: Counter[tuple[str, str]] = Counter()
        """(channel, title) → how often the other side took it, whether or not it said so."""
        self.lost_answers: Counter[tuple[str, str]] = Counter()
        self.flying: list[Delivery] = []

    @rule(
        wait=st.sampled_from([None, 30, 90]),
        cap=st.sampled_from([None, 1, 3]),
        channels=st.sampled_from([("desk",), ("mail",), CHANNELS]),
        count=st.integers(1, 25),
    )
    def promise(self, wait: int | None, cap: int | None, channels: tuple[str, ...], count: int) -> None:
        """Alerts at once, for a digest, or under a cap."""
        due = self.now + timedelta(minutes=wait) if wait else None
        to = [Dispatch(channel, "", due, digest=due is not None, cap_per_hour=cap) for channel in channels]
        connection = self.archive._connection
        with connection.transaction():
            for _ in range(count):
                title = f"news {len(self.promised)}"
                self.promised.add(title)
                add_alert(
                    connection.conn, make_alert(title=title), capped(connection.conn, to, self.now), title, self.now
                )

    @rule()
    def begin(self) -> None:
        """Take what is due."""
        self.flying += self.archive.outbox.due(self.now, [one.channel for one in self.flying])

    @rule(answer=st.sampled_from(["taken", "taken", "taken", "lost", "busy", "refused", "down", "asks for a pause"]))
    def end(self, answer: str) -> None:
        """One delivery comes to its end."""
        if not self.flying:
            return
        delivery = self.flying.pop(0)
        others = [Dispatch(name) for name in CHANNELS if name != delivery.channel]
        if answer in ("taken", "lost"):
            self._receive(delivery, lost=answer == "lost")
        outcome: Sent | Failure[Delivery] = {
            "taken": Sent(delivery, "ok"),
            "lost": Failure(delivery, "timeout"),
            "busy": Failure(delivery, "http_503"),
            "refused": Failure(delivery, "http_400", final=True),
            "down": Failure(delivery, "http_404", channel_down=True),
            "asks for a pause": Failure(delivery, "http_429", retry_after=timedelta(minutes=7)),
        }[answer]
        self.archive.outbox.save(outcome, self.now, others)

    def _receive(self, delivery: Delivery, *, lost: bool = False) -> None:
        for alert in delivery.alert.items or (delivery.alert,):
            self.received[delivery.channel, alert.title] += 1
            self.lost_answers[delivery.channel, alert.title] += lost

    @rule(taken=st.booleans())
    def crash(self, taken: bool) -> None:
        """The process dies with messages on their way: they may have been taken."""
        for delivery in self.flying:
            if taken:
                self._receive(delivery, lost=True)
        self.flying = []
        self.archive.recover(self.now)

    @rule(minutes=st.integers(1, 200))
    def wait(self, minutes: int) -> None:
        """Time passes; what was in flight keeps its lease or falls due again."""
        if not self.flying:
            self.now += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_told_twice_but_for_lost_answers(self) -> None:
        twice = {key: count for key, count in self.received.items() if count > 1 + self.lost_answers[key]}
        assert twice == {}

    @invariant()
    def a_row_is_in_one_digest_or_none(self) -> None:
        loose = "select count(*) from deliveries where (state = 'folded') <> (folded_into is not null)"
        assert rows(self.archive, loose) == [(0,)]

    def teardown(self) -> None:
        """In the end everything works again: then each alert is told, or given up and told of."""
        self.crash(taken=False)
        for _ in range(60):
            self.now += timedelta(hours=1)
            while due := self.archive.outbox.due(self.now):
                for delivery in due:
                    self._receive(delivery)
                    others = [Dispatch(name) for name in CHANNELS if name != delivery.channel]
                    self.archive.outbox.save(Sent(delivery, "ok"), self.now, others)
        open_rows = "select count(*) from deliveries where state in ('pending', 'sending')"
        assert rows(self.archive, open_rows) == [(0,)]
        untold = rows(
            self.archive,
            """select d.channel, a.title from deliveries d join alerts a on a.id = d.alert_id
                 left join deliveries i on i.id = d.folded_into
               where a.kind = 'hit' and coalesce(i.state, d.state) <> 'dead'""",
        )
        assert [row for row in untold if not self.received[row]] == []
        dead = "select count(*) from deliveries d join alerts a on a.id = d.alert_id where d.state = 'dead'"
        if rows(self.archive, f"{dead} and a.kind <> 'notice'") != [(0,)]:
            told = "select count(*) from alerts where kind = 'notice' and title like '%given up%'"
            assert rows(self.archive, told) != [(0,)]
        self.archive.close()


TestOutbox = OutboxModel.TestCase
TestOutbox.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
