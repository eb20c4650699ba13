"""The whole suite: where its UPS traffic goes."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.ups_proxy import own_simulator

# How long an example takes is no property of the code: a busy machine must not fail it.
settings.register_profile("shipchat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shipchat")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Through the validating proxy, if that was asked for; a run's controller sends nothing."""
    if hasattr(session.config, "workerinput") or not session.config.getoption("numprocesses", None):
        os.environ.update(own_simulator())
