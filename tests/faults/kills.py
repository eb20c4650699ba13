"""Method (c): real processes, real SIGKILL, a real HTTP simulator whose records are the judge.

One seed = one test shop: the sentence is said, and somebody dies at a moment that is picked by observed progress (the
n-th event of the simulator, entry of the ledger, file on disk, or a request held at an exact stage) - the agent alone,
a server alone, or both. Recovery is killed too. Then `jobs resume` until all is settled, and the judge reads.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

from tests.faults.process_shop import Moment, ProcessShop, expected_orders, family, part_of, process_shop

NETWORK = ("lost-answer@ship:1", "half-answer@ship:1", "reset@ship:1", "burst-429@ship:2", "token-expired@ship:1")
MOST_ROUNDS = 6


def one_shop(seed: int, folder: Path) -> tuple["Counter[str]", list[str]]:
    """What happened (counts) and what is broken."""
    chance = random.Random(seed)
    told: Counter[str] = Counter(shops=1)
    with process_shop(folder, chance.choice([0, 0, 5, 20])) as shop:
        if chance.random() < 0.4:
            shop.fault(chance.choice(NETWORK))
        mode = ["--concurrency", str(chance.choice([1, 2, 4])), "--on-error", chance.choice(["stop", "continue"])]
        life(shop, chance, told, shop.sentence(*mode), a_moment(shop, chance, first=True), first=True)
        if chance.random() < 0.3:
            shop.run(*shop.sentence(*mode))
            told["said_again"] += 1
        for _ in range(chance.choice([0, 0, 1, 2])):
            for job in shop.job_ids():
                moment = a_moment(shop, chance, first=False)
                life(shop, chance, told, ["jobs", "resume", job, "--output-format", "json"], moment)
        if not told["kills"]:
            # The batch ended before its moment came: a resume writes into the ledger, whatever is left to do.
            entries = shop.audit_length()
            moment = ("ledger_entry", lambda: shop.audit_length() > entries)
            for job in shop.job_ids():
                life(shop, chance, told, ["jobs", "resume", job, "--output-format", "json"], moment)
        shop.faults_off()
        settle(shop, told)
        again = [(label.reference, label.tracking_number) for label in shop.records()]
        for job in shop.job_ids():
            shop.run("jobs", "resume", job, "--output-format", "json")
        if chance.random() < 0.5:
            shop.run(*shop.sentence(*mode))
            told["said_again"] += 1
        broken = shop.judged()
        if [(label.reference, label.tracking_number) for label in shop.records()] != again:
            broken.append("I9 another resume, or the sentence, changed the records")
        told["labels"] += len(again)
    return told, broken


def life(
    shop: ProcessShop,
    chance: random.Random,
    told: "Counter[str]",
    command: list[str],
    when: tuple[str, Moment],
    *,
    first: bool = False,
) -> None:
    """One command, and the death of somebody in it."""
    name, moment = when
    victim = chance.choice(["agent", "server", "both"])
    process = shop.start(*command)
    if not shop.comes(process, moment):
        shop.ended(process, command)
        told["ended_before_the_kill"] += 1
        return
    people = family(process)
    shop.doomed += people[1:]
    killed, doomed = victims(victim, people)
    shop.kill(doomed)
    told[f"killed_{killed}"] += 1
    told["kills"] += 1
    told[f"at_{name}"] += 1
    told["kills_in_recovery"] += not first
    if "held" in name:
        # Who survived must get an end: what is held is let go, as a network does after a while.
        shop.faults_off()
    shop.ended(process, command)


def victims(wanted: str, people: list[psutil.Process]) -> tuple[str, list[psutil.Process]]:
    """Who dies; without a server it is the agent."""
    servers = [one for one in people if part_of(one) in {"ups", "data"}]
    carriers = [one for one in servers if part_of(one) == "ups"]
    if wanted == "server" and servers:
        return "server", (carriers or servers)[:1]
    return ("both", people) if wanted == "both" and servers else ("agent", people[:1])


def a_moment(shop: ProcessShop, chance: random.Random, *, first: bool) -> tuple[str, Moment]:
    """A name and a condition that is watched from outside."""
    rows = len(expected_orders())
    after, entries = shop.last_event(), shop.audit_length()
    kinds = ["event", "event", "ship", "ship", "ship", "ledger", "ledger", "spool", "label", "sheet", "held", "hung"]
    kind = chance.choice(kinds) if first else chance.choice(["event", "event", "ledger", "ledger", "ship"])
    if kind in {"held", "hung"}:
        count = chance.randint(1, 2)
        shop.fault(f"{'slow-answer' if kind == 'held' else 'hang-before-commit'}@ship:{count}")
        return "held", lambda: seen(shop, after, "ship", "held") >= 1
    if kind == "ship":
        n = chance.randint(1, 3 * rows if first else 4)
        return "ship_event", lambda: seen(shop, after, "ship") >= n
    if kind == "event":
        n = chance.randint(1, 4 * rows if first else 4)
        return "event", lambda: seen(shop, after) >= n
    if kind == "ledger":
        n = chance.randint(1, 3 * rows if first else 8)
        return "ledger_entry", lambda: shop.audit_length() >= entries + n
    if kind == "sheet":
        return "sheet", shop.sheet_is_touched
    folder, n = {"spool": "spool", "label": "labels"}[kind], chance.randint(1, rows)
    return f"{kind}_file", lambda: shop.files(folder) >= n


def seen(shop: ProcessShop, after: int, operation: str | None = None, stage: str | None = None) -> int:
    events = shop.events(after, wait_s=0.5)
    return sum(
        (operation is None or event["operation"] == operation) and (stage is None or event["stage"] == stage)
        for event in events
    )


def settle(shop: ProcessShop, told: "Counter[str]") -> None:
    """What a person does: resume, release what UPS does not know, say it again if nothing was approved."""
    for _ in range(MOST_ROUNDS):
        if not shop.job_ids():
            shop.run(*shop.sentence())
            continue
        left = [job for job in shop.job_ids() if not settled(shop, told, job)]
        if not left:
            return
    shop.broken.append("I13 it does not settle")


def settled(shop: ProcessShop, told: "Counter[str]", job: str) -> bool:
    result: Any = shop.run("jobs", "resume", job, "--output-format", "json")
    rows = result.get("rows") or {}
    told["doubts_at_resume"] += rows.get("in_doubt", 0)
    if rows.get("in_doubt"):
        released = shop.run("jobs", "release", job, "--yes", "--now")
        told["releases"] += "row" in released.get("text", "")
        return False
    return result.get("status") == "completed"


def many(seeds: Iterable[int]) -> tuple["Counter[str]", dict[int, list[str]]]:
    """The shops of these seeds: counts, and what is broken by seed."""
    counts: Counter[str] = Counter()
    broken = {}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            told, found = one_shop(seed, Path(folder))
        counts += told
        if found:
            broken[seed] = found
    return counts, broken
