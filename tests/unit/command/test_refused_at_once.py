"""What is refused before anything starts: an honest exit code, and for programs the one object all the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agent.cli.main import cli


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def invoke(*arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(cli, list(arguments), env={"SHIPCHAT_HOME": str(tmp_path), **environment})

    return invoke


@pytest.mark.parametrize("verb", ["resume", "retry"])
def test_a_batch_that_is_not_there(run: Any, verb: str) -> None:
    result = run("jobs", verb, "nowhere", "--output-format", "json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["status"], answer["error"]["code"]) == (1, "refused", "E-4205")
    assert answer["row_numbers"] == []


def test_production_without_a_sender(run: Any) -> None:
    result = run("-p", "Ship all via Ground", "--output-format", "json", SHIPCHAT_UPS_ENVIRONMENT="production")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["status"], answer["error"]["code"]) == (1, "refused", "E-4103")
    assert answer["environment"] == "production"


@pytest.mark.parametrize("account", ["A1B2C3", "SIMSIM"])
def test_production_with_the_account_of_the_readme(run: Any, account: str, tmp_path: Path) -> None:
    shipper = {
        "name": "Your Shop",
        "phone": "4105550100",
        "account_number": account,
        "address": {"lines": ["1 Main St"], "city": "Timonium", "state": "MD", "postal_code": "21093"},
    }
    given = {"SHIPCHAT_UPS_ENVIRONMENT": "production", "SHIPCHAT_SHIPPER": json.dumps(shipper)}
    result = run("-p", "Ship all via Ground", "--output-format", "json", **given)
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (1, "E-4107")


@pytest.mark.parametrize("default", ["weight", "weight=", "wait=1lb"])
def test_a_default_for_no_field_is_not_left_aside_in_silence(run: Any, default: str) -> None:
    result = run("-p", "Ship all via Ground", "--default", default)
    assert result.exit_code == 2
    assert "E-2258" in result.stderr
    assert result.stdout == ""


def test_real_labels_without_credentials_are_refused_before_the_first_sentence(run: Any, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        '[shipper]\nname = "Juniper Goods"\nphone = "5185550142"\naccount_number = "X9Y8Z7"\n'
        'address = { lines = ["14 Juniper Court"], city = "Albany", state = "NY", postal_code = "12207" }\n'
    )
    result = run("-p", "Ship all via Ground", "--output-format", "json", SHIPCHAT_UPS_ENVIRONMENT="production")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["error"]["code"]) == (1, "E-5017")
    assert "shipchat setup" in answer["error"]["remedy"]
