"""A TOML table → a frozen dataclass, checked key by key so that one run names every mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from math import isfinite
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from monitor.config.mistakes import Place, suggest_nearest

Table = TypeVar("Table")

DURATION_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
DURATION_PATTERN = re.compile(r"(\d{1,6})\s*([smhd])")
REMEDY_FOR_VALUES = "Change the value; docs/configuration.md has each key with an example."


def parse_duration(text: str) -> timedelta:
    """A stretch of time as people write it.

    >>> parse_duration("15m"), parse_duration("24h")
    (datetime.timedelta(seconds=900), datetime.timedelta(days=1))
    """
    match = DURATION_PATTERN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"expected a time such as '15m', '24h' or '7d', got {text!r}")
    return timedelta(**{DURATION_UNITS[match[2]]: int(match[1])})


def _convert_value(value: object, kind: Any) -> object:
    """The value as the field's type; raises ValueError in words for people when it is none."""
    if isinstance(value, str) and timedelta in (kind, *get_args(kind)):
        return parse_duration(value)
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("expected a number")
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(_validation_problem(error)) from error


def _validation_problem(error: msgspec.ValidationError) -> str:
    """What msgspec says, as a person would: without its JSON path."""
    text = str(error).split(" - at `")[0].replace("`", "")
    for theirs, ours in {
        "object": "table",
        "str": "text",
        "int": "whole number",
        "bool": "true or false",
    }.items():
        text = re.sub(rf"\b{theirs}\b", ours, text)
    return text[0].lower() + text[1:]


def read_table(
    kind: type[Table], raw: object, at: Place, hints: Mapping[str, str] = MappingProxyType({})
) -> Table | None:
    """The table as a value of `kind`; None, with the mistakes added, when it has any.

    `hints` gives the remedy for keys that people are known to try.
    """
    if not isinstance(raw, Mapping):
        at.add("", "expected a table", f"Write it as [{at.table}] with keys below.")
        return None
    before = len(at.mistakes)
    types = get_type_hints(kind, include_extras=True)
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key in raw:
        if key not in known:
            at.add(key, "unknown key", hints.get(key) or suggest_nearest(key, known))
    values: dict[str, Any] = {}
    for name, field in known.items():
        if name in raw:
            try:
                values[name] = _convert_value(raw[name], types[name])
            except ValueError as error:
                at.add(name, str(error), REMEDY_FOR_VALUES)
        elif field.default is MISSING and field.default_factory is MISSING:
            at.add(name, "missing", f"Add {name} = …")
    return kind(**values) if len(at.mistakes) == before else None
