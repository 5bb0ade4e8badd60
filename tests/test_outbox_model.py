"""The outbox against a model of what it promises, under any mix of trouble.

Each alert ends told (by itself or in a digest that was sent), given up and told of, or suppressed with a reason;
never neither, and twice only where an answer was lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from monitor.archive.promises import add_alert, cap_dispatches
from monitor.model import Alert, AlertTiming, Delivery, Digest, Dispatch, Failure, Notice, Report, Sent
from monitor.policy import ALWAYS_AWAKE, AlertPolicy, QuietHours
from tests.alerts import make_alert
from tests.build import NOON, SEED, make_archive, rows

CHANNELS = ("desk", "mail")
WAITS = {
    "quiet hours": timedelta(minutes=90),
    "digest": timedelta(minutes=30),
    "catch-up": timedelta(minutes=15),
}


def told_in(alert: Alert) -> tuple[Report | Notice, ...]:
    """What a message tells: a digest tells several reports."""
    return alert.items if isinstance(alert, Digest) else (alert,)


class OutboxModel(RuleBasedStateMachine):
    """Alerts are promised, sent, refused, cut off; the process dies; time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.archive = make_archive(seeds=(SEED, replace(SEED, slug="dam")))
        self.now = NOON
        self.promised: set[str] = set()
        self.received: Counter[tuple[str, str]] = Counter()
        """(channel, title) → how often the other side took it, whether or not it said so."""
        self.lost_answers: Counter[tuple[str, str]] = Counter()
        self.flying: list[Delivery] = []
        self.quiet = ALWAYS_AWAKE

    @rule(
        wait=st.sampled_from([None, "quiet hours", "digest", "catch-up"]),
        cap=st.sampled_from([None, 1, 3]),
        seed_cap=st.sampled_from([None, 2]),
        seed=st.sampled_from([1, 2]),
        channels=st.sampled_from([("desk",), ("mail",), CHANNELS]),
        count=st.integers(1, 25),
    )
    def promise(
        self,
        wait: str | None,
        cap: int | None,
        seed_cap: int | None,
        seed: int,
        channels: tuple[str, ...],
        count: int,
    ) -> None:
        """Alerts at once, for some digest, or under a cap."""
        due = self.now + WAITS[wait] if wait else None
        to = [
            Dispatch(channel, "", due, due is not None, wait == "catch-up", "", cap, seed_cap) for channel in channels
        ]
        connection = self.archive._connection
        with connection.transaction():
            for _ in range(count):
                title = f"news {len(self.promised)}"
                self.promised.add(title)
                alert, now = make_alert(title=title, seed=("ceasefire", "dam")[seed - 1]), self.now
                add_alert(
                    connection.conn, alert, cap_dispatches(connection.conn, to, now, seed), title, now, seed_id=seed
                )

    @rule()
    def begin(self) -> None:
        """Take what is due."""
        due = self.archive.outbox.due(self.now, [one.channel for one in self.flying], self.quiet)
        for one in due:
            seeds = {alert.seed for alert in told_in(one.alert) if isinstance(alert, Report)}
            assert self.quiet.until(seeds, one.channel, self.now) is None
        if "*" in self.archive.outbox.silences(self.now):
            assert all(one.alert.kind in ("digest", "notice") or one.in_doubt for one in due)
        self.flying += due

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
        for alert in told_in(delivery.alert):
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

    @rule(seed=st.sampled_from([None, "ceasefire", "dam"]), minutes=st.integers(1, 90))
    def silence(self, seed: str | None, minutes: int) -> None:
        """Somebody wants to be left alone."""
        self.archive.outbox_admin.silence(seed, "summit day", self.now, self.now + timedelta(minutes=minutes))

    @rule(hours=st.integers(0, 9), urgent=st.booleans())
    def sleep(self, hours: int, urgent: bool) -> None:
        """From now on nobody is to be woken for some hours of each day, or only by the dam."""
        quiet = (self.now.time(), (self.now + timedelta(hours=hours)).time()) if hours else None
        dam = replace(SEED, slug="dam", timing=AlertTiming(urgent=urgent or None))
        self.quiet = QuietHours(AlertPolicy(CHANNELS, default_timing=AlertTiming(quiet=quiet)), [SEED, dam])

    @rule()
    def change_settings(self) -> None:
        """Broken channels are tried at once."""
        self.archive.outbox.follow_channels(CHANNELS)

    @rule()
    def retry(self) -> None:
        """Somebody wants what was given up to be sent after all."""
        self.archive.outbox_admin.retry([], None, self.now, all_dead=True)

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

    @invariant()
    def what_is_suppressed_says_why(self) -> None:
        mute = "select count(*) from deliveries where state = 'suppressed' and problem_detail is null"
        assert rows(self.archive, mute) == [(0,)]

    def teardown(self) -> None:
        """In the end everything works again: then each alert is told, given up and told of, or suppressed."""
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
               where a.kind = 'hit' and coalesce(i.state, d.state) not in ('dead', 'suppressed')""",
        )
        assert [row for row in untold if not self.received[row]] == []
        dead_and_untold = rows(
            self.archive,
            """select d.id from deliveries d join alerts a on a.id = d.alert_id
               where d.state = 'dead' and a.kind <> 'notice' and not exists (
                 select 1 from alerts n join deliveries t on t.alert_id = n.id
                 where n.kind = 'notice' and n.title like 'Alerts by ' || d.channel || ' are given up%')""",
        )
        assert dead_and_untold == []
        self.archive.close()


TestOutbox = OutboxModel.TestCase
TestOutbox.settings = settings(stateful_step_count=40)
