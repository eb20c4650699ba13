"""Triage of the jobs queue from the chat: read, page on, set statuses through the approval gate."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.line.shop import Shop

SCRIPT = Path(__file__).parents[2] / "chat" / "queue.chat.yaml"
COLUMNS = "id, job_id, title, company, description, url, location, source, status, captured_at, updated_at"


def queue(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE jobs ({COLUMNS.replace('id,', 'id INTEGER PRIMARY KEY,', 1)})")
        records = [
            (
                n,
                f"j{n}",
                f"Title {n}",
                "Acme",
                "d",
                "http://x",
                "NYC",
                "web",
                "new",
                f"2026-11-{n:02d}T00:00:00.000Z",
                None,
            )
            for n in range(1, 12)
        ]
        database.executemany(f"INSERT INTO jobs VALUES ({', '.join('?' * 11)})", records)
        database.commit()
    return path


def test_the_two_sentences(shop: Shop) -> None:
    database = queue(shop.folder / "queue.db")
    played = shop.run("script", "run", str(SCRIPT), SHIPCHAT_JOBS_DB=str(database))
    assert played.returncode == 0, played.stdout + played.stderr
    with closing(sqlite3.connect(database)) as reader:
        statuses = dict(reader.execute("SELECT id, status FROM jobs"))
    assert statuses == {n: "reviewed" if n in {3, 5, 9} else "reject" for n in range(1, 12)}
    assert shop.simulator.records() == []


@pytest.mark.slow
def test_nothing_is_set_without_a_yes(shop: Shop) -> None:
    database = queue(shop.folder / "queue.db")
    done = shop.run("-p", "show me the new jobs", "--jobs-db", str(database), "--output-format", "json")
    assert done.returncode == 0, done.stderr
    assert "11 new records" in done.stdout
    refused = shop.run("-p", "mark 3 as reviewed", "--jobs-db", str(database), "--output-format", "json")
    assert refused.returncode != 0, "it is not on the screen of this session"
    with closing(sqlite3.connect(database)) as reader:
        assert {status for (status,) in reader.execute("SELECT status FROM jobs")} == {"new"}
