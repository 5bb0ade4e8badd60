"""`monitor alerts`: what was sent, what was not, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.beside import open_archive_beside
from monitor.cli.common import (
    exit_with_error,
    find_seed_or_exit,
    load_settings_or_exit,
    with_config,
    with_json,
    write_json,
)

if TYPE_CHECKING:
    from datetime import timedelta

    from monitor.archive.outbox_admin import DeliveryRow
    from monitor.config.settings import Settings
    from monitor.model import Alert, Delivery, DeliveryState, Failure, Sent


@click.group(name="alerts")
def alerts_group() -> None:
    """Look at alerts, test channels, send again, be left alone for a while."""


@alerts_group.command(name="list")
@click.option("--state", "states", multiple=True, help="Only deliveries in this state; may be repeated.")
@click.option("--most", default=50, show_default=True, help="How many, the newest first.")
@with_config
@with_json
def list_alerts(folder: Path, json_: bool, states: tuple[str, ...], most: int) -> None:
    """List the newest deliveries: sent, waiting, given up, or told in a digest."""
    from monitor.model import DELIVERY_STATES

    if unknown := set(states) - set(DELIVERY_STATES):
        exit_with_error(f"there is no state {', '.join(sorted(unknown))}. Known here: {', '.join(DELIVERY_STATES)}")
    wanted = [state for state in DELIVERY_STATES if not states or state in states]
    _list_deliveries(folder, wanted, most, json_=json_, none="no alerts yet")


@alerts_group.command(name="dead")
@with_config
@with_json
def list_dead_alerts(folder: Path, json_: bool) -> None:
    """List the deliveries that were given up, with what the other side said."""
    _list_deliveries(folder, ("dead",), 1000, json_=json_, none="no delivery was given up")


@alerts_group.command(name="test")
@click.option("--channel", "channel", help="Only this channel; all of them otherwise.")
@click.option("--dry-run", is_flag=True, help="Show the message and send nothing.")
@with_config
@with_json
def send_test_alerts(folder: Path, json_: bool, channel: str | None, dry_run: bool) -> None:
    """Really send a sample by each channel, and report what the other side said.

    The sample has letters and signs that go wrong in bad channels: if it arrives as it is shown, so will alerts.
    """
    import asyncio

    settings = load_settings_or_exit(folder, with_secrets=not dry_run)
    names = _choose_channels(channel, settings)
    if dry_run:
        _show_sample(settings)
        return
    outcomes = asyncio.run(_send_samples(settings, names))
    if json_:
        write_json([_outcome_to_object(outcome) for outcome in outcomes])
    else:
        for outcome in outcomes:
            click.echo(_outcome_line(outcome))
    if not all(map(_was_sent, outcomes)):
        sys.exit(1)


@alerts_group.command(name="retry")
@click.argument("ids", nargs=-1, type=int)
@click.option("--channel", help="All that this channel did not take.")
@click.option("--all-dead", is_flag=True, help="All that were given up.")
@with_config
@with_json
def retry_deliveries(folder: Path, json_: bool, ids: tuple[int, ...], channel: str | None, all_dead: bool) -> None:
    """Send after all what was given up: by the numbers that `alerts dead` lists, by channel, or everything.

    The running daemon sends it within seconds; without one, the next `monitor once` or `run` does.
    """
    if not (ids or channel or all_dead):
        raise click.UsageError("say which: numbers, --channel or --all-dead")
    with open_archive_beside(load_settings_or_exit(folder)) as (archive, now):
        count = archive.outbox_admin.retry(ids, channel, now, all_dead=all_dead)
    if json_:
        write_json({"due": count})
    else:
        click.echo(f"{count} {'delivery is' if count == 1 else 'deliveries are'} due again")
    # A channel that was named is tried at once if it rests, even when no delivery has become due by this.
    if not count and not channel:
        sys.exit(1)


@alerts_group.command(name="silence")
@click.option("--seed", help="The seed whose hits shall wake nobody.")
@click.option("--all", "everything", is_flag=True, help="Every seed.")
@click.option("--for", "span", help="For how long: 30m, 4h, 7d.")
@click.option("--reason", help="Why, for whoever wonders later.")
@click.option("--end", type=int, help="End the silence of this number.")
@with_config
@with_json
def silence_seeds(
    folder: Path,
    json_: bool,
    seed: str | None,
    everything: bool,
    span: str | None,
    reason: str | None,
    end: int | None,
) -> None:
    """Tell nobody of a seed's hits for a while. Without options: list the silences that hold.

    What waits for such a seed and is due meanwhile is not told, either. Hits are kept as always, and the
    ledger of decisions says why nobody was told.
    """
    settings = load_settings_or_exit(folder)
    if end is not None:
        _end_silence(settings, end, json_=json_)
    elif seed or everything:
        _begin_silence(settings, None if everything else seed, span, reason, json_=json_)
    else:
        _show_silences(settings, json_=json_)


def _begin_silence(
    settings: Settings, seed: str | None, span: str | None, reason: str | None, *, json_: bool
) -> None:
    if seed is not None:
        find_seed_or_exit(seed, settings)
    if not span or not reason:
        raise click.UsageError("a silence needs an end and a reason: --for 4h --reason “…”")
    length = _parse_span(span)
    with open_archive_beside(settings) as (archive, now):
        number = archive.outbox_admin.silence(seed, reason, now, now + length)
    if json_:
        write_json({"id": number, "seed": seed, "until": now + length, "reason": reason})
    else:
        click.echo(f"silence {number}: {seed or 'every seed'} until {now + length:%Y-%m-%d %H:%M} UTC ({reason})")


def _end_silence(settings: Settings, number: int, *, json_: bool) -> None:
    with open_archive_beside(settings) as (archive, now):
        ended = archive.outbox_admin.end_silence(number, now)
    if json_:
        write_json({"ended": ended})
    elif ended:
        click.echo(f"silence {number} has ended")
    if not ended:
        exit_with_error(f"there is no silence {number} that holds now")


def _show_silences(settings: Settings, *, json_: bool) -> None:
    with open_archive_beside(settings) as (archive, now):
        held = archive.outbox_admin.silences(now)
    if json_:
        write_json(held)
        return
    for silence in held:
        who = silence.seed or "every seed"
        click.echo(f"{silence.id:>6}  {who} until {silence.until:%Y-%m-%d %H:%M} UTC: {silence.reason}")
    if not held:
        click.echo("nothing is silenced")


def _list_deliveries(folder: Path, states: Sequence[DeliveryState], most: int, *, json_: bool, none: str) -> None:
    with open_archive_beside(load_settings_or_exit(folder)) as (archive, _):
        rows = archive.outbox_admin.deliveries(states, most)
    if json_:
        write_json(rows)
        return
    for row in rows:
        click.echo(f"{row.id:>6}  {row.state:<8} {row.kind:<9} {_channel_and_recipient(row)}  {row.title}")
        if detail := _delivery_detail(row):
            click.echo(f"{'':8}{detail}")
    if not rows:
        click.echo(none)


def _channel_and_recipient(row: DeliveryRow) -> str:
    return f"{row.channel} to {row.recipient}" if row.recipient else row.channel


def _delivery_detail(row: DeliveryRow) -> str:
    if row.state == "folded":
        return f"told in digest {row.folded_into}"
    if row.state == "sent":
        return f"sent {row.sent:%Y-%m-%d %H:%M} UTC: {row.answer}"
    trouble = f"{row.problem} ({row.detail})" if row.detail else row.problem
    count = f", after {row.attempts} {'try' if row.attempts == 1 else 'tries'}" if row.attempts else ""
    tries = f"{trouble}{count}" if trouble else ""
    if row.state in ("dead", "suppressed"):
        return row.detail or "" if row.problem == "silenced" else tries
    wait = f"{'in a digest ' if row.digest else ''}due {row.due:%Y-%m-%d %H:%M} UTC"
    return f"{tries}; {wait}" if tries else wait


def _parse_span(text: str) -> timedelta:
    from monitor.config.tables import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _choose_channels(channel: str | None, settings: Settings) -> list[str]:
    from monitor.config.mistakes import suggest_nearest

    if channel is not None and channel not in settings.channels:
        exit_with_error(f"there is no channel {channel!r}. {suggest_nearest(channel, settings.channels)}")
    return [channel] if channel else list(settings.channels)


def _sample_alert_now() -> Alert:
    from monitor.alert.sample import make_sample_alert
    from monitor.daemon import utc_now

    return make_sample_alert(utc_now())


def _show_sample(settings: Settings) -> None:
    from monitor.alert.message import compose_message
    from monitor.alert.plain import render_text
    from monitor.assembly import reader_zone
    from monitor.model import Delivery

    click.echo(render_text(compose_message(Delivery(0, "", "", "", _sample_alert_now()), reader_zone(settings))))


async def _send_samples(settings: Settings, names: Sequence[str]) -> list[Sent | Failure[Delivery]]:
    from monitor.assembly import make_channels
    from monitor.model import Dispatch, Sent
    from monitor.pipeline import other_addresses, send_delivery

    channels = make_channels(settings)
    to = [Dispatch(name, recipient) for name in names for recipient in channels[name].recipients()]
    outcomes = []
    with open_archive_beside(settings) as (archive, now):
        deliveries = archive.outbox_admin.begin_test(_sample_alert_now(), to, now)
        try:
            for delivery in deliveries:
                outcome = await send_delivery(delivery, channels, now)
                if isinstance(outcome, Sent):
                    archive.outbox.save(outcome, now, other_addresses(delivery.channel, channels))
                else:
                    archive.outbox_admin.fail_test(outcome)
                outcomes.append(outcome)
        finally:
            archive.outbox_admin.end_test(deliveries)
    return outcomes


def _was_sent(outcome: Sent | Failure[Delivery]) -> bool:
    from monitor.model import Sent

    return isinstance(outcome, Sent)


def _outcome_to_object(outcome: Sent | Failure[Delivery]) -> dict[str, Any]:
    from monitor.model import Sent

    delivery = outcome.delivery if isinstance(outcome, Sent) else outcome.item
    answered = {"channel": delivery.channel, "recipient": delivery.recipient, "sent": isinstance(outcome, Sent)}
    if isinstance(outcome, Sent):
        return answered | {"answer": outcome.answer}
    return answered | {"problem": outcome.reason, "detail": outcome.detail, "channel_down": outcome.channel_down}


def _outcome_line(outcome: Sent | Failure[Delivery]) -> str:
    sent = _outcome_to_object(outcome)
    whom = f"{sent['channel']} to {sent['recipient']}" if sent["recipient"] else sent["channel"]
    if sent["sent"]:
        return f"✓ {whom}: sent ({sent['answer']})"
    detail = f" ({sent['detail']})" if sent["detail"] else ""
    return f"✗ {whom}: NOT SENT: {sent['problem']}{detail}"
