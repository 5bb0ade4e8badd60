"""What every test gets."""

from collections.abc import Iterator

import pytest

from tests import build


@pytest.fixture(autouse=True)
def _archives_are_closed() -> Iterator[None]:
    """Python 3.13 warns of connections that nobody closed, and warnings are errors here."""
    yield
    while build.OPEN:
        build.OPEN.pop().close()
