"""The whole suite: where its UPS traffic goes."""

import os

import pytest
from hypothesis import HealthCheck, settings

import tests.own_state  # noqa: F401 - before anything reads the settings
from tests.ups_proxy import own_simulator

# How long an example takes is no property of the code: a busy machine must not fail it.
# Fifty examples, the same in every run, keep the README's command short and its result repeatable;
# `--hypothesis-profile=thorough` looks further, at other ones each time.
settings.register_profile(
    "shipchat", deadline=None, max_examples=50, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("shipchat"), max_examples=1000, derandomize=False)
settings.load_profile("shipchat")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about the ledger's file has nothing to say where ledgers are on a server."""
    if os.environ.get("SHIPCHAT_TEST_LEDGER") == "postgresql":
        about_files = [item for item in items if item.get_closest_marker("ledger_file")]
        config.hook.pytest_deselected(items=about_files)
        items[:] = [item for item in items if item not in about_files]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Through the validating proxy, if that was asked for; a run's controller sends nothing."""
    if hasattr(session.config, "workerinput") or not session.config.getoption("numprocesses", None):
        os.environ.update(own_simulator())
