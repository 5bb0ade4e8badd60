"""A secret that does not show itself by accident."""

from __future__ import annotations


class Secret:
    """A password or a webhook's address: masked wherever it is printed, told only when asked."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Tell the secret itself, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__
