"""What the tests of this room are given."""

import pytest

from tests.notices.office import Office


@pytest.fixture
def office(transactional_db: None) -> Office:  # noqa: ARG001 - the courier has a thread of its own
    return Office()
