"""`shipchat setup`, `doctor` and `config`: from practice to production without editing a file."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.integration.line.shop import COMMAND, Shop

pytestmark = pytest.mark.slow

NOWHERE = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
"""What would leave this machine ends at a closed port of it."""
SENDER = (
    *("production", "Juniper Goods", "-", "US", "14 Juniper Court", "Albany", "NY", "12207", "(518) 555-0142"),
    *("A1B2C3", "X9Y8Z7"),  # the first is the README's sample, and is refused
)


def set_up(shop: Shop, *answers: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in shop.environment.items() if name != "SHIPCHAT_UPS_BASE_URL"}
    return subprocess.run(
        [COMMAND, "setup"],
        cwd=shop.folder,
        env=kept | NOWHERE | environment,
        input="".join(f"{one}\n" for one in answers),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def written(shop: Shop) -> dict[str, object]:
    return tomllib.loads((shop.folder / "home" / "settings.toml").read_text())


def test_practice_needs_three_answers_and_is_checked(shop: Shop) -> None:
    done = set_up(shop, "simulator", "offline", "-")
    assert done.returncode == 0, done.stdout + done.stderr
    assert written(shop) == {"ups_environment": "simulator", "model": "offline"}
    assert "ok    UPS" in done.stdout or "ok    Rating" in done.stdout
    assert "FAULT" not in done.stdout


def test_production_is_written_whole_with_no_secret_in_the_file(shop: Shop) -> None:
    done = set_up(
        shop,
        *SENDER,
        *("offline", "192.0.2.7:9100"),
        SHIPCHAT_UPS_CLIENT_ID="client-of-the-shop",
        SHIPCHAT_UPS_CLIENT_SECRET="a-secret-of-the-shop",
    )
    assert "sample of the README" in done.stderr
    settings = written(shop)
    assert settings["ups_environment"] == "production"
    assert settings["shipper"] == {
        "name": "Juniper Goods",
        "phone": "5185550142",
        "account_number": "X9Y8Z7",
        "address": {
            "country_code": "US", "lines": ["14 Juniper Court"], "city": "Albany", "state": "NY", "postal_code": "12207",
        },
    }  # fmt: skip
    files = [file.read_bytes() for file in (shop.folder / "home").rglob("*") if file.is_file()]
    assert not any(b"a-secret-of-the-shop" in content for content in files)
    assert done.returncode == 1, "UPS is not reachable from here"
    assert "FAULT" in done.stdout


def test_a_set_up_that_stops_in_the_middle_leaves_practice_working(shop: Shop) -> None:
    set_up(shop, "production", "Juniper Goods")
    assert not (shop.folder / "home" / "settings.toml").exists()
    assert shop.run("doctor").returncode == 0


def test_the_readmes_sample_shipper_does_not_pass_for_real_labels(shop: Shop) -> None:
    home = shop.folder / "home"
    home.mkdir(exist_ok=True)
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    sample = readme.split("    [shipper]\n")[1].split("\n\n")[0]
    text = "[shipper]\n" + "\n".join(line.removeprefix("    ") for line in sample.splitlines())
    (home / "settings.toml").write_text(text)
    real = {"SHIPCHAT_UPS_ENVIRONMENT": "production", "SHIPCHAT_UPS_BASE_URL": ""}
    ill = shop.run("doctor", **real, **NOWHERE)
    assert ill.returncode == 1
    assert "FAULT shipper: E-4324" in ill.stdout


def test_the_thorough_look_tries_each_product_and_tells_the_price_basis(shop: Shop) -> None:
    well = shop.run("doctor", "--ups")
    assert well.returncode == 0, well.stdout
    for product in ("Address Validation", "Rating", "Time in Transit", "Locator", "Tracking"):
        assert f"ok    {product}" in well.stdout
    assert "negotiated price" in well.stdout
    assert "note  Shipping: not tried" in well.stdout
    assert shop.simulator.records() == [], "nothing was bought"


def test_a_printer_that_does_not_answer_is_a_fault(shop: Shop) -> None:
    ill = shop.run("doctor", SHIPCHAT_PRINTER="127.0.0.1:9")
    assert "FAULT printer: E-4325" in ill.stdout
    assert ill.returncode == 1


def test_config_shows_origins_and_publishes_its_schema(shop: Shop) -> None:
    told = json.loads(shop.run("config", "show", "--json", SHIPCHAT_CONCURRENCY="9").stdout)
    assert {"name": "concurrency", "value": "9", "origin": "SHIPCHAT_CONCURRENCY"} in told
    assert shop.run("config", "path").stdout.strip() == str(shop.folder / "home" / "settings.toml")
    assert "shipper" in json.loads(shop.run("config", "schema").stdout)["properties"]


def test_config_edit_checks_what_was_typed(shop: Shop) -> None:
    editor = shop.folder / "editor.sh"
    editor.write_text("#!/bin/sh\necho 'concurency = 3' > \"$1\"\n")
    editor.chmod(0o755)
    refused = shop.run("config", "edit", EDITOR=str(editor), VISUAL=str(editor))
    assert refused.returncode == 1
    assert "did you mean concurrency?" in refused.stderr


def test_the_way_to_production_page_says_what_runs(shop: Shop) -> None:
    page = (Path(__file__).parents[3] / "docs" / "production.md").read_text(encoding="utf-8")
    assert "    shipchat setup\n" in page
    assert "    shipchat doctor --ups\n" in page
    told = shop.run("-p", "ship row 2 via Ground", "--source", "orders.csv", "--dry-run")
    assert told.returncode == 0, told.stderr
    assert "1 shipment" in told.stdout
