"""The heartbeat: a small file beside the archive that says when each part of the daemon last made progress.

Only the standard library, and no archive needed: the container's health check runs every half minute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from monitor.pace import DAEMON_SILENT, STEP_STUCK


def heartbeat_path(archive: Path) -> Path:
    """Where the heartbeat of an archive lies."""
    return archive.with_name(archive.name + ".heartbeat")


def write_beat(archive: Path, now: datetime, progress: Mapping[str, datetime], concerns: Sequence[str] = ()) -> None:
    """Say that the daemon lives, when each of its steps last made progress, and what people should look after."""
    steps = {step: at.isoformat() for step, at in progress.items()}
    _write_heartbeat(archive, {"at": now.isoformat(), "steps": steps, "concerns": list(concerns)})


def _write_heartbeat(archive: Path, state: Mapping[str, object]) -> None:
    path = heartbeat_path(archive)
    # Put in place whole: a health check that reads meanwhile sees the earlier beat or this one, never half of one.
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(state), encoding="utf-8")
    fresh.replace(path)  # at once: the health check never reads half a file


def write_last_beat(archive: Path, now: datetime) -> None:
    """Say that the daemon was stopped on purpose."""
    _write_heartbeat(archive, {"stopped": now.isoformat()})


def read_concerns(archive: Path) -> list[str]:
    """What people should look after, though the daemon is at work: broken channels, alerts given up."""
    try:
        state = json.loads(heartbeat_path(archive).read_text(encoding="utf-8"))
        return [str(concern) for concern in state.get("concerns", ())]
    except (OSError, ValueError, TypeError, AttributeError):
        return []


def find_daemon_trouble(archive: Path, now: datetime) -> str | None:
    """What is wrong with the daemon, in one line; None when work is getting done."""
    path = heartbeat_path(archive)
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        if "stopped" in state:
            return f"the daemon was stopped at {datetime.fromisoformat(state['stopped']):%Y-%m-%d %H:%M:%S} UTC"
        at = datetime.fromisoformat(state["at"])
        steps = {step: datetime.fromisoformat(moment) for step, moment in state["steps"].items()}
    except FileNotFoundError:
        return f"no daemon has run on {archive} yet"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{path} cannot be read: {error}"
    if now - at > DAEMON_SILENT:
        return f"the daemon has been silent since {at:%Y-%m-%d %H:%M:%S} UTC"
    for step, moment in steps.items():
        if now - moment > STEP_STUCK:
            return f"{step} has not got on since {moment:%Y-%m-%d %H:%M:%S} UTC"
    return None
