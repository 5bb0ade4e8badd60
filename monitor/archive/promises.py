"""Alerts and their deliveries as rows: an alert is promised to a recipient from the moment its row is saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from monitor.archive.payload import encode_alert
from monitor.archive.times import time_from_text, time_to_text
from monitor.model import Alert, Dispatch, Report
from monitor.pace import CAP_SPAN, LONGEST_CATCH_UP


def add_alert(
    conn: sqlite3.Connection,
    alert: Alert,
    to: Iterable[Dispatch],
    key: str,
    now: datetime,
    *,
    seed_id: int | None = None,
    story_id: int | None = None,
    hit_id: int | None = None,
) -> int | None:
    """Save an alert with one delivery for each recipient; None when an alert of this key is there already.

    The caller holds the transaction.
    """
    dispatches = tuple(to)
    added = conn.execute(
        """insert into alerts (dedup_key, kind, title, seed_id, story_id, hit_id, payload, created_at, thread)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""",
        (
            key,
            alert.kind,
            alert.title,
            seed_id,
            story_id,
            hit_id,
            encode_alert(alert),
            time_to_text(now),
            alert.thread if isinstance(alert, Report) else "",
        ),
    )
    if not added.rowcount or added.lastrowid is None:
        return None
    for dispatch in dispatches:
        if dispatch.catch_up and dispatch.due:
            _wait_together(conn, dispatch, dispatch.due)
    _add_deliveries(conn, added.lastrowid, dispatches, key, now)
    return added.lastrowid


def _add_deliveries(
    conn: sqlite3.Connection, alert_id: int, dispatches: Iterable[Dispatch], key: str, now: datetime
) -> None:
    conn.executemany(
        """insert into deliveries (alert_id, channel, recipient, due_at, digest, catch_up, message_id)
           values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing""",
        [
            (
                alert_id,
                dispatch.channel,
                dispatch.recipient,
                time_to_text(dispatch.due or now),
                int(dispatch.digest),
                int(dispatch.catch_up),
                _message_id(key, dispatch, now),
            )
            for dispatch in dispatches
        ],
    )


def _wait_together(conn: sqlite3.Connection, dispatch: Dispatch, due: datetime) -> None:
    """Old news waits for the rest of it, within bounds: all of it becomes due when the newest is."""
    # With a wait of its own for each, thirty old hits that were read within three minutes came as thirty messages.
    waits = "channel = ? and recipient = ? and catch_up = 1 and digest = 1 and state = 'pending'"
    address = (dispatch.channel, dispatch.recipient)
    (first,) = conn.execute(
        f"select min(created_at) from alerts where id in (select alert_id from deliveries where {waits})",  # noqa: S608
        address,
    ).fetchone()
    if first and due <= time_from_text(first) + LONGEST_CATCH_UP:
        conn.execute(f"update deliveries set due_at = ? where {waits}", (time_to_text(due), *address))  # noqa: S608


def cap_dispatches(
    conn: sqlite3.Connection, to: Iterable[Dispatch], now: datetime, seed_id: int | None = None
) -> tuple[Dispatch, ...]:
    """The same dispatches; what is over a cap waits for the digest at the end of the hour that filled it."""
    return tuple(_cap_dispatch(conn, dispatch, now, seed_id) for dispatch in to)


def describe_dispatches(dispatches: Iterable[Dispatch]) -> str:
    """Which channels are told and how, as `decisions.told` keeps it."""
    named = (f"{each.channel} ({each.why})" if each.why else each.channel for each in dispatches)
    return ", ".join(dict.fromkeys(named))


def _cap_dispatch(conn: sqlite3.Connection, dispatch: Dispatch, now: datetime, seed_id: int | None) -> Dispatch:
    if dispatch.digest:
        return dispatch
    # Each is counted by itself: else a seed with a cap of one would wait whenever another seed had just alerted.
    caps = ((dispatch.cap_per_hour, None, ""), (dispatch.seed_cap_per_hour, seed_id, " of this seed"))
    full = [
        (until, f"digest, after {cap}{whose} in an hour")
        for cap, seed, whose in caps
        if cap and (until := _cap_full_until(conn, dispatch, cap, seed, now))
    ]
    if not full:
        return dispatch
    until, why = max(full)
    return replace(dispatch, due=until, digest=True, why=why)


def _cap_full_until(
    conn: sqlite3.Connection, dispatch: Dispatch, cap: int, seed_id: int | None, now: datetime
) -> datetime | None:
    """Until when an address has had its alerts of the hour, of one seed or of all; None when there is room."""
    # Only the last hour is looked at, from its newest on: a rare seed's last alert may be years back.
    row = conn.execute(
        """select a.created_at from deliveries d join alerts a on a.id = d.alert_id
           where d.channel = :channel and d.recipient = :recipient and d.digest = 0
             and a.kind in ('hit', 'follow_up') and a.dedup_key not like 'test/%'
             and (:seed is null or a.seed_id = :seed)
             and d.id > coalesce((select o.id from deliveries o join alerts b on b.id = o.alert_id
               where o.channel = :channel and o.recipient = :recipient and b.created_at <= :hour_ago
               order by o.id desc limit 1), 0)
           order by d.id desc limit 1 offset :cap - 1""",
        {
            "channel": dispatch.channel,
            "recipient": dispatch.recipient,
            "seed": seed_id,
            "cap": cap,
            "hour_ago": time_to_text(now - CAP_SPAN),
        },
    ).fetchone()
    return time_from_text(row[0]) + CAP_SPAN if row else None


def _message_id(key: str, dispatch: Dispatch, now: datetime) -> str:
    """A name for a message that every try carries, so that a repetition can be recognised."""
    facts = "\0".join((key, dispatch.channel, dispatch.recipient, f"{now:%Y%m%d}"))
    return f"{now:%Y%m%d}.{blake2b(facts.encode(), digest_size=12).hexdigest()}@monitor.invalid"
