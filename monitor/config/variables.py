"""Variables of the environment that outrank monitor.toml: `MONITOR_SECTION__KEY`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping

from monitor.config.mistakes import Mistakes, suggest_nearest

VARIABLE_PREFIX = "MONITOR_"


def overlay_variables(
    raw: Mapping[str, object], environment: Mapping[str, str], sections: Collection[str], mistakes: Mistakes
) -> dict[str, object]:
    """A file's tables with what the environment says of its sections laid over them."""
    merged = {key: dict(value) if isinstance(value, dict) else value for key, value in raw.items()}
    for name, text in environment.items():
        section, _, key = name.removeprefix(VARIABLE_PREFIX).lower().partition("__")
        if not name.startswith(VARIABLE_PREFIX) or not key:
            continue  # MONITOR_CONFIG has no key: it is an option of the command line
        if section not in sections:
            mistakes.at("environment").add(name, "unknown section", suggest_nearest(section, sections))
            continue
        table = merged.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = parse_variable(text)
    return merged


def parse_variable(text: str) -> object:
    """A variable's text as TOML would read it (`4`, `true`, `["console"]`), else as plain text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
