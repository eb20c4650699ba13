"""A ledger in memory and mocks at the two seams."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from agent.ledger import AuditService, Base, JobService


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


@pytest.fixture
def jobs(session: Session) -> JobService:
    return JobService(session)


@pytest.fixture
def audit(session: Session) -> AuditService:
    return AuditService(session)


@pytest.fixture
def data() -> AsyncMock:
    async def answer(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "get_row":
            number = arguments["row_number"]
            return {"row": {"row_number": number, "data": {"name": f"Person {number}"}, "checksum": f"c{number}"}}
        return {"success": True, "row_number": arguments.get("row_number")}

    return AsyncMock(side_effect=answer)


@pytest.fixture
def ups() -> AsyncMock:
    numbers = iter(range(1, 1000))

    async def answer(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return {
            "trackingNumbers": [f"1Z{next(numbers):016d}"],
            "labelPaths": ["/labels/one.zpl"],
            "totalCharges": {"monetaryValue": "12.50", "currencyCode": "USD"},
        }

    return AsyncMock(side_effect=answer)


@pytest.fixture
def job_id(jobs: JobService) -> str:
    job = jobs.create_job("Sample", "Ship all")
    jobs.create_rows(job.id, [{"row_number": number, "row_checksum": f"c{number}"} for number in range(1, 6)])
    return job.id
