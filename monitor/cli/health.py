"""`monitor health`: for the container. Beside click only the standard library, and no whole configuration."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.common import exit_with_error, with_config
from monitor.config.archive_path import read_archive_path
from monitor.heartbeat import find_daemon_trouble, read_concerns


@click.command(name="health")
@with_config
def health_command(folder: Path) -> None:
    """Say whether the daemon is getting work done; ends with code 1 when it is not.

    Channels that take no alerts, and alerts given up, are named; they make nothing unhealthy.
    """
    try:
        archive = read_archive_path(folder, os.environ)
    except ValueError as error:
        exit_with_error(str(error))
    problem = find_daemon_trouble(archive, datetime.now(UTC))
    if problem:
        exit_with_error(problem)
    # Restarting a container mends no channel: this is for people, and no reason to be unhealthy.
    click.echo("\n".join(["healthy", *(f"but {concern}" for concern in read_concerns(archive))]))
