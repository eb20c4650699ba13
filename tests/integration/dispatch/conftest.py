"""One Temporal server for all tests of this folder; each test has a task queue of its own."""

from collections.abc import Iterator

import pytest

from tests.integration.dispatch.server import temporal_server


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with temporal_server(tmp_path_factory.mktemp("temporal")) as found:
        yield found


from tests.integration.batch.conftest import empty_ledger, service, world  # noqa: E402, F401
