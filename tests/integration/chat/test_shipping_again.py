"""Orders that were shipped go again by typed words alone: no flag, key, budget or bare yes approves that."""

from pathlib import Path

import pytest

from tests.integration.chat.conftest import HEADER, Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def one(tmp_path: Path) -> Path:
    path = tmp_path / "one.csv"
    path.write_text(HEADER + "F-2,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,2\n")
    return path


@pytest.mark.parametrize(
    "words",
    [
        "re-ship order F-2 via ground",
        "ship order F-2 again via ground",
        "resend order F-2 via ground",
        "ship order F-2 once more by ground",
    ],
)
async def test_shipping_again_is_typed(opened: Opened, one: Path, words: str) -> None:
    session, _heard = await opened(one)
    first = await session.send("ship everything via ground")
    assert session.pending_digest is not None
    first = await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert first["rows"]["completed"] == 1

    shown = await session.send(words)
    assert (shown["status"], shown["row_numbers"]) == ("preview", [1])
    for by in ("--yes", "key", "button", "budget"):
        session.preview_painted(session.pending_digest)
        refused = await session.approve(session.pending_digest, by=by, words=by)
        assert (refused["error"]["code"], refused["job_id"]) == ("E-2308", None)
        assert "“re-ship 1 row”" in refused["error"]["remedy"]
    bare = await session.send("yes")
    assert bare["error"]["code"] == "E-2308"
    done = await session.send("re-ship 1 row")
    assert done["rows"]["completed"] == 1
