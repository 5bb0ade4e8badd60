"""Where the archive is. Only the standard library, and no other setting: `monitor health` asks twice a minute."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.config.mistakes import Mistakes
from monitor.config.variables import overlay_variables

DEFAULT_ARCHIVE_PATH = "data/monitor.db"


def locate_archive(folder: Path, path: str) -> Path:
    """The archive's file; a relative path counts from the folder that holds config/. `~` is a name like any other."""
    return folder.parent / path


def read_archive_path(folder: Path, environment: Mapping[str, str]) -> Path:
    """The archive's file, as it is when all settings are read; ValueError says why they would be refused for it."""
    variables: Mapping[str, Any] = overlay_variables({"archive": {}}, environment, ["archive"], Mistakes())
    table = variables["archive"]
    if "path" not in table:
        # Only now: a daemon goes on when its file is broken while it works, and is well all the same.
        table = _read_archive_table(folder / "monitor.toml")
    path = table.get("path", DEFAULT_ARCHIVE_PATH)
    if not isinstance(path, str) or not path:
        raise ValueError(f"{folder / 'monitor.toml'}: archive.path: expected the path of a file, got {path!r}")
    return locate_archive(folder, path)


def _read_archive_table(file: Path) -> dict[str, object]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("archive", {})
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from error
    if not isinstance(table, dict):
        raise ValueError(f"{file}: archive: expected a table. Write [archive].")  # noqa: TRY004 - the user's mistake
    return table
