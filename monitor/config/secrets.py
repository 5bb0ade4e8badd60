"""Secrets come from the environment, or from a file that the environment names: never from config/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from monitor.config.mistakes import Mistake


def read_secret(
    name: str, environment: Mapping[str, str], *, file: str, key: str, mistakes: list[Mistake]
) -> str | None:
    """The secret in the variable NAME, or in the file that NAME_FILE names; one line end is dropped."""
    here, path = environment.get(name), environment.get(f"{name}_FILE")
    if here and path:
        mistakes.append(Mistake(file, key, f"both {name} and {name}_FILE are set", "Keep one of them."))
        return None
    if path:
        try:
            secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            mistakes.append(Mistake(file, key, f"{name}_FILE names {path}, which is no text", "Save it as UTF-8."))
            return None
        except OSError as error:
            problem = f"{name}_FILE names {path}, which cannot be read ({error.strerror})"
            mistakes.append(Mistake(file, key, problem, "Make the file readable for this user."))
            return None
        if not secret:
            mistakes.append(Mistake(file, key, f"{name}_FILE names {path}, which is empty", "Put the secret in."))
        return secret or None
    return here or None
