"""A shop for tests: a sheet, a home of its own, the installed command, and a simulator with its records."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2

from tests.simulator_pages import pages

COMMAND = Path(sys.executable).with_name("shipchat")

ORDERS = (
    b"Order Number,Recipient Name,Address,City,State,ZIP,Phone,Weight (lb),Total,Order Date,Notes\r\n"
    b"A-1,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,(916) 555-0101,2.5,$48.00,2026-11-16,"
    b'"say ""hi"", twice"\r\n'
    b"A-2,Luis Ferrer,880 Harbor View Dr,San Diego,ca ,92101,619-555-0102,11,89.50,2026-11-16,\r\n"
    b"A-3,Amara Okafor,61 Millpond Rd,Boston,MA,02116,617-555-0104,4,129.00,2026-11-17,  keep  my  blanks  \r\n"
    b"A-4,Peter Lindqvist,5 Granite Way,Fresno,California,93721,559-555-0105,0.8,18.75,2026-11-17,x\r\n"
    b"A-5,Grace Holloway,302 Sycamore Ave,Portland,OR,97205,503-555-0108,9.5,210.00,2026-11-18,"
)
SENTENCE = "Ship all California orders via Ground"


@dataclass(frozen=True)
class Simulator:
    """A running embedded UPS with its records; `ups_url` is where clients go (a proxy may be in front of it)."""

    url: str
    ups_url: str
    books_file: Path
    process: "subprocess.Popen[str]"

    @cached_property
    def pages(self) -> httpx2.Client:
        """Its own pages: one client for all, because making one costs more than most of its calls."""
        return pages(self.url, self.books_file)

    def fault(self, text: str) -> None:
        self.pages.post("/simulator/faults", json={"fault": text}).raise_for_status()

    def records(self) -> list[dict[str, Any]]:
        listed = subprocess.run(
            [COMMAND, "simulator", "books", str(self.books_file), "--json"], check=True, capture_output=True, text=True
        )
        records: list[dict[str, Any]] = json.loads(listed.stdout)
        return records


@dataclass(frozen=True)
class Shop:
    """A folder with a sheet, a home of its own, and the command."""

    folder: Path
    simulator: Simulator

    @property
    def sheet(self) -> Path:
        return self.folder / "orders.csv"

    @property
    def files(self) -> Path:
        """Where UPS's answers and labels are kept."""
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SHIPCHAT_", "ANTHROPIC_"))}
        own = {"SHIPCHAT_HOME": str(self.folder / "home"), "SHIPCHAT_STATE": str(self.folder / "state")}
        return kept | own | {"SHIPCHAT_UPS_BASE_URL": self.simulator.ups_url}

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def say(self, text: str, *arguments: str) -> "tuple[dict[str, Any], int]":
        """The `-p` object and the exit code."""
        done = self.run("-p", text, "--source", "orders.csv", "--output-format", "json", *arguments)
        assert done.stdout, done.stderr
        return json.loads(done.stdout), done.returncode
