"""What a whole batch leaves behind - logs, ledger, spool, labels, answers - holds no secret."""

import pytest

from tests.integration.line.conftest import shop, simulator
from tests.integration.line.shop import SENTENCE, Shop

__all__ = ["shop", "simulator"]
pytestmark = [pytest.mark.fault, pytest.mark.slow]  # batches by the installed command

SECRETS = ("id-of-the-app-4711", "hush-hush-secret-0815")


@pytest.mark.parametrize("fault", ["token-expired@ship", "html-200", "burst-429@token:1", "text-503@rate"])
def test_a_batch_leaves_no_secret(shop: Shop, fault: str) -> None:
    shop.simulator.fault(fault)
    done = shop.run(
        *("-p", SENTENCE, "--source", "orders.csv", "--yes", "--output-format", "stream-json"),
        SHIPCHAT_UPS_CLIENT_ID=SECRETS[0],
        SHIPCHAT_UPS_CLIENT_SECRET=SECRETS[1],
    )
    shop.run("jobs", "list", SHIPCHAT_UPS_CLIENT_ID=SECRETS[0], SHIPCHAT_UPS_CLIENT_SECRET=SECRETS[1])
    files = {path: path.read_bytes() for path in (shop.folder / "home").rglob("*") if path.is_file()}
    assert any(path.name == "ups.log" for path in files)
    assert any(path.name == "ledger.sqlite" for path in files)
    said = (done.stdout + done.stderr).encode()
    for secret in (*(secret.encode() for secret in SECRETS), b"Bearer ", b"sim.1", b"Basic "):
        assert secret not in said
        assert [path for path, content in files.items() if secret in content] == []
