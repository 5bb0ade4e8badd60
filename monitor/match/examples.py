"""A seed's examples as the matcher takes them."""

from __future__ import annotations

from monitor.model import Example, Seed
from monitor.text.language import guess_language


def home_language(seed: Seed) -> str:
    """The language a seed is written in: that of its first example."""
    return example_language(seed.examples[0]) if seed.examples else "en"


def example_language(example: Example) -> str:
    """The language of an example: as given, else as its words look."""
    return example.language or guess_language(example.text)


def example_text(example: Example) -> str:
    """Title and text, the title only once where the text opens with it."""
    opens = example.text.lstrip().startswith(example.title.strip())
    return example.text if opens else f"{example.title}\n{example.text}"
