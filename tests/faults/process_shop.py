"""A shop for real kills: the installed command, real servers, the HTTP simulator with its own records, and the judge."""

import contextlib
import csv
import io
import json
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from agent.ledger.place import Place
from tests.faults.carrier import Label
from tests.faults.judge import Evidence, verdict
from tests.integration.line.shop import COMMAND, SENTENCE, Shop, Simulator

HEADER = "Order Number,Recipient Name,Address,City,State,ZIP,Weight (lb),Notes"
ROWS = (
    ("Dana Whitfield", "14 Juniper Court", "Sacramento", "CA", "95814"),
    ("Luis Ferrer", "880 Harbor View Dr", "San Diego", "CA", "92101"),
    ("Amara Okafor", "61 Millpond Rd", "Boston", "MA", "02116"),
    ("Peter Lindqvist", "5 Granite Way", "Fresno", "CA", "93721"),
    ("Mei Tanaka", "77 Orchard Ln", "Oakland", "CA", "94607"),
    ("Grace Holloway", "302 Sycamore Ave", "Portland", "OR", "97205"),
    ("Omar Haddad", "9 Cedar Loop", "Long Beach", "CA", "90802"),
    ("Ines Duarte", "410 Willow St", "San Jose", "CA", "95112"),
)
SECRET = "not-to-be-found-anywhere"
LIMIT_S = 240
"""How long one command may take before it counts as hanging (I13)."""
POLL_S = 0.001

Moment = Callable[[], bool]


def label_of(entry: dict[str, Any]) -> Label:
    """A record of the practice UPS, as the judge reads it."""
    return Label(
        reference=entry["reference"],
        tracking_number=entry["tracking_number"],
        order=entry["references"][0],
        charge_cents=entry["charge_cents"],
        postal_code=entry["ship_to"]["postal_code"],
        country_code=entry["ship_to"]["country_code"],
        created_on=entry["created_at"],
        payload={"name": entry["ship_to"]["name"], "service": entry["service_code"]},
        voided=entry["voided"],
    )


class ProcessShop:
    """One sheet, one home, one simulator; processes come and are killed."""

    def __init__(self, folder: Path, url: str, process: "subprocess.Popen[str]") -> None:
        self.shop = Shop(folder, Simulator(url, url, folder / "books.sqlite", process))
        self.home = folder / "home"
        self.original = "\r\n".join([HEADER, *(line(number, row) for number, row in enumerate(ROWS, 1))]).encode()
        self.shop.sheet.write_bytes(self.original)
        self.simulator = self.shop.simulator.pages
        self.doomed: list[psutil.Process] = []
        self.told: list[str] = []
        self.broken: list[str] = []

    @property
    def place(self) -> Place:
        return self.home / "ledger.sqlite"

    # What is done

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        environment = self.shop.environment | {
            "SHIPCHAT_UPS_CLIENT_ID": "someone",
            "SHIPCHAT_UPS_CLIENT_SECRET": SECRET,
            "SHIPCHAT_UPS_TIMEOUT_S": "5",
        }
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.shop.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def sentence(self, *more: str) -> list[str]:
        return ["-p", SENTENCE, "--source", "orders.csv", "--yes", "--output-format", "json", *more]

    def run(self, *arguments: str) -> Any:
        """A command to its end; its JSON, or its words where it prints none."""
        return self.ended(self.start(*arguments), arguments)

    def ended(self, process: "subprocess.Popen[str]", arguments: Any) -> Any:
        try:
            out, err = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill(family(process))
            process.communicate()
            self.broken.append(f"I13 {' '.join(arguments)} did not end in {LIMIT_S} s")
            return {}
        self.told += [out, err]
        if "Traceback" in err:
            self.broken.append(f"{' '.join(arguments)} showed a stack trace: {err[-400:]}")
        try:
            return json.loads(out)
        except ValueError:
            return {"text": out, "stderr": err, "code": process.returncode}

    def kill(self, processes: list[psutil.Process]) -> None:
        for one in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()

    def fault(self, text: str) -> None:
        self.simulator.post("/simulator/faults", json={"fault": text}).raise_for_status()

    def faults_off(self) -> None:
        self.simulator.delete("/simulator/faults").raise_for_status()

    # What is seen

    def events(self, after: int = 0, wait_s: float = 0) -> list[dict[str, Any]]:
        return list(self.simulator.get(f"/simulator/events?after={after}&wait={wait_s}").json()["events"])

    def last_event(self) -> int:
        return max((event["n"] for event in self.events()), default=0)

    def records(self) -> list[Label]:
        return [label_of(entry) for entry in self.simulator.get("/simulator/books").json()]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """From the ledger's file; nothing while there is none."""
        path = self.home / "ledger.sqlite"
        if not path.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as ledger:
            try:
                return ledger.execute(statement).fetchall()
            except sqlite3.OperationalError:
                return []

    def audit_length(self) -> int:
        return int(next(iter(self.query("SELECT count(*) FROM audit")), (0,))[0])

    def job_ids(self) -> list[str]:
        return [row[0] for row in self.query("SELECT id FROM batch_jobs ORDER BY created_at")]

    def files(self, kind: str) -> int:
        return sum(1 for path in (self.home / kind / "simulator").rglob("*") if path.suffix)

    def sheet_is_touched(self) -> bool:
        beside = {path.name for path in self.shop.folder.iterdir() if path.name.startswith((".orders", "orders.csv"))}
        return beside != {"orders.csv"} or self.shop.sheet.stat().st_size != len(self.original)

    def comes(self, process: "subprocess.Popen[str]", moment: Moment) -> bool:
        """Whether the moment came while the process lived."""
        while process.poll() is None:
            if moment():
                return process.poll() is None
            time.sleep(POLL_S)
        return False

    # What is judged

    def judged(self) -> list[str]:
        """Everything that is broken once all is settled."""
        found = [*self.broken]
        _gone, alive = psutil.wait_procs(self.doomed, timeout=LIMIT_S)
        found += [f"I13 {' '.join(one.cmdline()[-2:])} outlived its agent" for one in alive]
        self.kill(alive)
        labels = self.records()
        expected = expected_orders()

        def misfit(label: Label) -> str | None:
            row = expected.get(label.order)
            if row is None:
                return f"{label.order} was not approved"
            fits = (label.payload["name"], label.postal_code[:5], label.payload["service"]) == (row[0], row[4], "03")
            return None if fits else f"{label.reference} is not what was approved"

        secrets = (SECRET, *(text for row in ROWS for text in row[:2]))
        evidence = Evidence(self.place, labels, self.cells(), misfit, lambda _label: True, secrets=secrets)
        found += verdict(evidence)
        shipped = Counter(label.order for label in labels if not label.voided)
        found += [f"I13 order {order} has {shipped[order]} labels" for order in expected if not shipped[order]]
        return found + self.requests_without_intent() + self.strange_bytes() + self.secrets_on_disk()

    def requests_without_intent(self) -> list[str]:
        """I4: for each create request that reached the carrier there is an intent in the ledger."""
        intents = Counter(
            json.loads(details)["reference"]
            for (details,) in self.query("SELECT details FROM audit WHERE event = 'intent'")
        )
        received = Counter(
            event["reference"]
            for event in self.events()
            if event["operation"] == "ship" and event["stage"] == "received"
        )
        return [
            f"I4 {name} was received {n} times with {intents[name]} intents"
            for name, n in received.items()
            if n > intents[name]
        ]

    def cells(self) -> dict[int, str]:
        """The sheet's tracking numbers by data row."""
        rows = list(csv.DictReader(io.StringIO(self.shop.sheet.read_text(encoding="utf-8"), newline="")))
        return {number: row["tracking_number"] for number, row in enumerate(rows, 1) if row.get("tracking_number")}

    def strange_bytes(self) -> list[str]:
        """I7: each line begins with the bytes that it had."""
        before, after = self.original.split(b"\r\n"), self.shop.sheet.read_bytes().split(b"\r\n")
        same = len(before) == len(after) and all(new.startswith(old) for old, new in zip(before, after, strict=True))
        return [] if same else ["I7 other bytes of the sheet changed"]

    def secrets_on_disk(self) -> list[str]:
        """I14: the client's secret is in no file of the home and in no output; no label path names a person."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        found = [f"I14 {path.name} holds the secret" for path in files if SECRET.encode() in path.read_bytes()]
        found += ["I14 an output holds the secret" for text in self.told if SECRET in text]
        people = [row[0].split()[1] for row in ROWS]
        found += [f"I14 {path.name} names a person" for path in files if any(name in str(path) for name in people)]
        return found


def line(number: int, row: tuple[str, ...]) -> str:
    return ",".join([f"K-{number}", *row, f"{number}.5", '"keep, as is"' if number % 2 else "  two  blanks"])


def expected_orders() -> dict[str, tuple[str, ...]]:
    """Order number -> row, for the rows that the sentence means."""
    return {f"K-{number}": row for number, row in enumerate(ROWS, 1) if row[3] == "CA"}


def family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """The agent first, then its servers."""
    try:
        agent = psutil.Process(process.pid)
        return [agent, *agent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def part_of(one: psutil.Process) -> str:
    """`agent`, `data` or `ups`."""
    try:
        words = " ".join(one.cmdline())
    except psutil.Error:
        return ""
    return next((name for name in ("data", "ups") if f"mcp_servers.{name}" in words), "agent")


@contextlib.contextmanager
def process_shop(folder: Path, latency_ms: int) -> Iterator[ProcessShop]:
    """A simulator of its own for one seed."""
    command = [COMMAND, "simulator", "--port", "0", "--books", folder / "books.sqlite", "--latency-ms", str(latency_ms)]
    # Should this process be killed, the simulator ends with its input.
    command.append("--until-stdin-closes")
    process = subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        house = ProcessShop(folder, process.stdout.readline().strip(), process)
        with house.simulator:
            yield house
    finally:
        process.kill()
        process.wait()
