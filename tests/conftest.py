"""What every test gets."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import build

# A busy machine is no bug: neither an example nor making it up has a deadline.
settings.register_profile("ordinary", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
# In CI a test fails for what was changed, not for an example that chance found today.
settings.register_profile("ci", settings.get_profile("ordinary"), derandomize=True, print_blob=True)
# By hand: pytest --hypothesis-profile=thorough
settings.register_profile("thorough", settings.get_profile("ordinary"), max_examples=2_000)
settings.load_profile("ci" if "CI" in os.environ else "ordinary")


@pytest.fixture(autouse=True)
def _archives_are_closed() -> Iterator[None]:
    """Python 3.13 warns of connections that nobody closed, and warnings are errors here."""
    yield
    while build.OPEN:
        build.OPEN.pop().close()
