"""A TOML file, read."""

from __future__ import annotations

import tomllib
from pathlib import Path

from monitor.config.mistakes import Mistakes


def read_toml(path: Path, mistakes: Mistakes) -> dict[str, object]:
    """What a TOML file says; nothing, with the mistake added, when it cannot be read."""
    at = mistakes.at(path)
    try:
        # Some editors begin a file with a byte order mark, which tomllib refuses.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        remedy = "Create it, or name the right folder with --config; docs/configuration.md has an example."
        at.add("", "no such file", remedy)
    except OSError as error:
        at.add("", f"cannot be read ({error.strerror})", "Check the file's rights.")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        at.add("", f"is not TOML ({error})", "Mend that line.")
    return {}
