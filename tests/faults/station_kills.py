"""Two stations on one ledger in PostgreSQL: real processes that say the same sentence, real SIGKILLs, a server that is
stopped hard, a station that is frozen past its lease. The practice UPS's records are the judge.

Each station starts a command again as soon as its last one ended, as people do. Who dies, and when, follows from the seed
and from observed progress: the number of labels that the practice UPS has made.
"""

import contextlib
import json
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.faults.judge import Evidence, verdict
from tests.faults.process_shop import SECRET, family, label_of, part_of
from tests.integration.line.shop import COMMAND, Shop, Simulator
from tests.postgres_server import Cluster

SENTENCE = "Ship all orders via Ground"
HEADER = "Order Number,Recipient Name,Address,City,State,ZIP,Weight (lb)"
STATIONS = ("north", "south")
LEASE_S = 3.0
LIMIT_S = 900.0
POLL_S = 0.02
WINDOW_S = 2.0
"""Over which the rate is counted; `SLACK` requests may be late in one and early in the next."""
SLACK = 4


@dataclass
class StationShop:
    """One sheet, one ledger, two homes."""

    folder: Path
    rows: int
    per_second: float
    server: Cluster
    ledger: str
    simulator: Simulator
    told: "Counter[str]" = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    running: dict[str, "subprocess.Popen[str]"] = field(default_factory=dict)
    over: bool = False

    def __post_init__(self) -> None:
        lines = [
            HEADER,
            *(f"K-{n},Person Number{n},{n} Juniper Court,Fresno,CA,93721,{n % 9 + 1}" for n in self.orders),
        ]
        self.sheet.write_bytes("\r\n".join(lines).encode())

    @property
    def orders(self) -> range:
        return range(1, self.rows + 1)

    @property
    def sheet(self) -> Path:
        return self.folder / "orders.csv"

    def environment(self, station: str) -> dict[str, str]:
        home = self.folder / station
        own = {"HOME": str(home), "STATE": str(home / "state"), "LEDGER": self.ledger, "STATION": station}
        own |= {"STATION_LEASE_S": str(LEASE_S), "UPS_REQUESTS_PER_SECOND": str(self.per_second)}
        own |= {"UPS_CLIENT_ID": "someone", "UPS_CLIENT_SECRET": SECRET, "UPS_TIMEOUT_S": "5"}
        return Shop(self.folder, self.simulator).environment | {
            f"SHIPCHAT_{name}": value for name, value in own.items()
        }

    def start(self, station: str, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment(station),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, station: str, *arguments: str) -> Any:
        """A command to its end, whoever kills it."""
        process = self.running[station] = self.start(station, *arguments)
        try:
            out, err = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            end(family(process))
            process.communicate()
            self.broken.append(f"I13 {station}: {' '.join(arguments)} did not end in {LIMIT_S} s")
            return {}
        if "Traceback" in err:
            self.broken.append(f"{station}: {' '.join(arguments)} showed a stack trace: {err[-600:]}")
        self.told[f"exit_{process.returncode}"] += 1
        with contextlib.suppress(ValueError):
            return json.loads(out)
        return {"text": out, "stderr": err}

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """From the ledger; nothing while its server is away, or before it is a ledger."""
        try:
            with psycopg.connect(self.ledger, connect_timeout=5) as connection:
                return connection.execute(statement).fetchall()  # type: ignore[call-overload,no-any-return]
        except psycopg.Error:
            return []

    def jobs(self) -> list[str]:
        return [row[0] for row in self.query("SELECT id FROM batch_jobs ORDER BY created_at")]

    def left(self) -> int:
        """Rows that somebody has to send or to record."""
        found = self.query("SELECT count(*) FROM shipments WHERE state IN ('pending', 'submitting')")
        return int(found[0][0]) if found else self.rows

    def labels(self) -> int:
        return len(self.simulator.pages.get("/simulator/books").json())

    def works(self, station: str) -> None:
        """A person at a station: say it, then go on with what is unfinished until nothing is left."""
        while not self.over:
            jobs = self.jobs()
            if jobs and not self.left():
                return
            if jobs:
                self.run(station, "jobs", "resume", jobs[0], "--on-error", "continue", "--output-format", "json")
            else:
                words = ["-p", SENTENCE, "--source", "orders.csv", "--yes", "--output-format", "json"]
                self.run(station, *words, "--on-error", "continue")

    def settle(self) -> None:
        """What is in doubt at the end: looked up, and released where UPS does not know it."""
        for _ in range(8):
            for job in self.jobs():
                result = self.run(STATIONS[0], "jobs", "resume", job, "--output-format", "json")
                if (result.get("rows") or {}).get("in_doubt"):
                    self.told["doubts_at_the_end"] += result["rows"]["in_doubt"]
                    self.run(STATIONS[0], "jobs", "release", job, "--yes", "--now")
            if self.query("SELECT count(*) FROM shipments WHERE state NOT IN ('completed', 'released')") == [(0,)]:
                return
        self.broken.append("I13 it does not settle")

    def judged(self) -> list[str]:
        """Everything that is broken once all is settled."""
        made = [label_of(entry) for entry in self.simulator.pages.get("/simulator/books").json()]
        evidence = Evidence(self.ledger, made, self.cells(), lambda _label: None, lambda _label: True)
        shipped = Counter(label.order for label in made if not label.voided)
        lost = [f"I13 order K-{n} has {shipped[f'K-{n}']} labels" for n in self.orders if shipped[f"K-{n}"] != 1]
        return [*self.broken, *verdict(evidence), *lost, *self.too_fast()]

    def cells(self) -> dict[int, str]:
        rows = [line.split(",") for line in self.sheet.read_text(encoding="utf-8").splitlines()]
        place = rows[0].index("tracking_number") if "tracking_number" in rows[0] else None
        return {} if place is None else {n: row[place] for n, row in enumerate(rows[1:], 1) if row[place]}

    def too_fast(self) -> list[str]:
        """Whether more label requests reached UPS within a window than the pace of all stations allows."""
        events = self.simulator.pages.get("/simulator/events?after=0&wait=0").json()["events"]
        at = sorted(event["at"] for event in events if (event["operation"], event["stage"]) == ("ship", "received"))
        most = max((sum(1 for other in at if 0 <= other - one < WINDOW_S) for one in at), default=0)
        self.told["most_in_a_window"] = most
        allowed = self.per_second * WINDOW_S + SLACK
        return [] if most <= allowed else [f"RATE {most} label requests within {WINDOW_S} s, {allowed:.0f} allowed"]


def end(processes: list[psutil.Process]) -> None:
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


def one_story(seed: int, folder: Path, *, rows: int, kills: int, per_second: float) -> tuple["Counter[str]", list[str]]:
    """Two stations ship one sheet; the counts of what happened, and what is broken."""
    chance = random.Random(seed)
    with station_shop(folder, rows, per_second) as shop:
        people = [threading.Thread(target=shop.works, args=(station,)) for station in STATIONS]
        for person in people:
            person.start()
        deeds = ["kill"] * kills + ["restart"]
        chance.shuffle(deeds)
        # Not among the last: somebody must be left who finds that the lease is over.
        deeds.insert(chance.randrange(len(deeds) // 2), "freeze")
        moments = sorted(chance.sample(range(1, int(rows * 0.9)), len(deeds)))
        try:
            for deed, moment in zip(deeds, moments, strict=True):
                wait_for(shop, moment)
                DEEDS[deed](shop, chance)
        except BaseException:
            # Ctrl-C, or a fault of the story: nobody begins again.
            shop.over = True
            for process in list(shop.running.values()):
                end(family(process))
            raise
        finally:
            deadline = time.monotonic() + LIMIT_S
            for person in people:
                person.join(max(1.0, deadline - time.monotonic()))
            shop.over = True
        for person in people:
            person.join()
        shop.settle()
        found = shop.judged()
        shop.told["labels"] = shop.labels()
        shop.told["workers"] = len(shop.query("SELECT id FROM workers"))
        shop.told["ended_by_others"] = len(shop.query("SELECT id FROM workers WHERE ended_by IN ('expired', 'gone')"))
        shared = "SELECT count(DISTINCT w.station) FROM shipments s JOIN workers w ON w.id = s.worker_id"
        shop.told["stations_that_sent"] = shop.query(shared)[0][0]
        return shop.told, found


def wait_for(shop: StationShop, labels: int) -> None:
    deadline = time.monotonic() + LIMIT_S
    while shop.labels() < labels and time.monotonic() < deadline:
        time.sleep(POLL_S)


def kill(shop: StationShop, chance: random.Random) -> None:
    """One station: its agent, its UPS server, or all of it, as soon as there is one."""
    victim = chance.choice(["agent", "server", "both"])
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline and shop.left():
        for station in chance.sample(STATIONS, len(STATIONS)):
            people = family(shop.running[station]) if station in shop.running else []
            doomed = people[:1] if victim == "agent" else people
            if victim == "server":
                doomed = [one for one in people if part_of(one) == "ups"]
            if doomed:
                end(doomed)
                shop.told[f"killed_{victim}"] += 1
                shop.told["kills"] += 1
                return
        time.sleep(POLL_S)


def restart(shop: StationShop, _chance: random.Random) -> None:
    shop.server.crash()
    shop.server.start()
    shop.told["server_restarts"] += 1


def freeze(shop: StationShop, _chance: random.Random) -> None:
    """A station that sends stands still past its lease, until another one has ended its worker; then it goes on."""
    worker, station = None, ""
    deadline = time.monotonic() + LIMIT_S
    while worker is None and time.monotonic() < deadline:
        found = shop.query("SELECT id, station FROM workers WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1")
        worker, station = found[0] if found else (None, "")
    people = family(shop.running[station])
    for one in people:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGSTOP)
    over = f"SELECT ended_by FROM workers WHERE id = {worker or 0} AND ended_at IS NOT NULL"
    while not shop.query(over) and shop.left() and time.monotonic() < deadline:
        time.sleep(POLL_S)
    shop.told[f"frozen_and_{(shop.query(over) or [('left',)])[0][0]}"] += 1
    for one in people:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGCONT)


DEEDS = {"kill": kill, "restart": restart, "freeze": freeze}


@contextlib.contextmanager
def station_shop(folder: Path, rows: int, per_second: float, latency_ms: int = 50) -> Iterator[StationShop]:
    command = [COMMAND, "simulator", "--port", "0", "--books", folder / "books.sqlite", "--latency-ms", str(latency_ms)]
    process = subprocess.Popen(
        [str(part) for part in [*command, "--until-stdin-closes"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    server = Cluster(durable=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        simulator = Simulator(url, url, folder / "books.sqlite", process)
        with simulator.pages:
            yield StationShop(folder, rows, per_second, server, server.new_database(), simulator)
    finally:
        process.kill()
        process.wait()
        server.close()
