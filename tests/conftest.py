"""The whole suite: where its UPS traffic goes."""

import os

import pytest

from tests.ups_proxy import own_simulator


def pytest_sessionstart(session: pytest.Session) -> None:
    """Through the validating proxy, if that was asked for; a run's controller sends nothing."""
    if hasattr(session.config, "workerinput") or not session.config.getoption("numprocesses", None):
        os.environ.update(own_simulator())
