"""What a sheet suggests to say first is understood as it stands."""

from pathlib import Path
from typing import Any

import pytest

from agent.events import QuestionAsked, SourceOpened
from tests.integration.chat.conftest import HEADER, Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


def suggested(heard: list[Any]) -> list[str]:
    return next(event for event in heard if isinstance(event, SourceOpened)).first_words


@pytest.mark.parametrize(
    ("header", "rows", "sentences"),
    [
        (
            HEADER,
            [
                "F-1,Luis Ferrer,880 Harbor View Dr,San Diego,California,92101,619-555-0102,3",
                "F-2,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,12",
                "F-3,Amara Okafor,61 Millpond Rd,Boston,MA,02116,617-555-0103,4",
            ],
            ["Ship all California orders via Ground", "Ship orders over 4 lb via Ground", "How many orders per state?"],
        ),
        (
            HEADER.replace("(lb)", "(oz)"),
            [
                "F-1,Luis Ferrer,880 Harbor View Dr,San Diego,CA,92101,619-555-0102,48",
                "F-2,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,20",
            ],
            [
                "Ship all California orders via Ground",
                "Ship orders over 20 oz via Ground",
                "How many orders per state?",
            ],
        ),
        (
            HEADER,
            ["F-1,Ida Moss,1 Elm St,Austin,TX,78701,512-555-0101,3"],
            ["Ship all Texas orders via Ground", "Ship the first 5 orders via Ground", "How many orders per state?"],
        ),
        (
            HEADER.replace("Phone,", "Phone,Ship Via,"),
            ["F-1,Ida Moss,1 Elm St,Austin,TX,78701,512-555-0101,Ground,3"],
            [
                "Ship all Texas orders via Ground",
                "Ship all orders by the service in the Ship Via column",
                "How many orders per state?",
            ],
        ),
    ],
)
async def test_each_suggestion_is_understood(
    opened: Opened, tmp_path: Path, header: str, rows: list[str], sentences: list[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(header + "\n".join(rows) + "\n")
    session, heard = await opened(path)
    assert suggested(heard) == sentences
    for sentence in sentences:
        result = await session.send(sentence)
        assert result["status"] == ("answer" if "How many" in sentence else "preview"), (sentence, result)
    assert not [event.text for event in heard if isinstance(event, QuestionAsked)]
