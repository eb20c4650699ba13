"""The servers that all files of this folder share."""

from collections.abc import Iterator

import pytest

from tests.orders.drive import Desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    shared = Desk(tmp_path_factory.mktemp("orders"))
    yield shared
    shared.close()
