"""The verbs. Each one's code, and what it needs, is imported only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

VERBS = {
    "run": ("monitor.cli.work", "run"),
    "once": ("monitor.cli.work", "once"),
    "demo": ("monitor.cli.show", "demo"),
    "check": ("monitor.cli.look", "check"),
    "seed": ("monitor.cli.seed", "seed"),
    "try": ("monitor.cli.attempt", "attempt"),
    "alerts": ("monitor.cli.alerts", "alerts"),
    "label": ("monitor.cli.label", "label"),
    "status": ("monitor.cli.look", "status"),
    "health": ("monitor.cli.health", "health"),
    "archive": ("monitor.cli.show", "archive"),
    "extract": ("monitor.cli.batch", "extract"),
    "score": ("monitor.cli.batch", "score"),
}
"""Verb → the module and the command in it; in the order in which `--help` lists them."""


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are used: `monitor health` must cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order of the work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one verb."""
        if cmd_name not in VERBS:
            return None
        module, name = VERBS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="monitor")
def main() -> None:
    """Watch news feeds for the subject of an article, and be told.

    Exit codes: 0 done, 1 something failed (said which), 2 wrong use.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # News has every script; a terminal with a poorer encoding shows escapes and never stops a verb.
            stream.reconfigure(errors="backslashreplace")
