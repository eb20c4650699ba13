"""The servers that all files of this folder share."""

from collections.abc import Iterator

import pytest

from tests.orders.drive import FileRunner


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileRunner]:
    shared = FileRunner(tmp_path_factory.mktemp("orders"))
    yield shared
    shared.close()
