"""A long run that is ended leaves nothing behind, and goes on where it was."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.faults.progress import Progress, spans

pytestmark = pytest.mark.fault
LIMIT_S = 60


def started(method: str, output: Path) -> psutil.Popen:
    command = [sys.executable, "-m", "tests.faults", method, "--count", "100000", "--workers", "2"]
    root = Path(__file__).parents[2]
    return psutil.Popen(
        [*command, "--output", str(output)],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Whoever runs the tests in the background of a shell hears no Ctrl-C, and neither would what they start.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def waited_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT_S
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_run(tmp_path: Path, number: signal.Signals) -> None:
    output = tmp_path / "figures.json"
    run = started("seeded", output)
    waited_for(lambda: len(run.children(recursive=True)) >= 2)
    family = run.children(recursive=True)
    run.send_signal(number)
    _gone, alive = psutil.wait_procs([run, *family], timeout=LIMIT_S)
    assert alive == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL])
def test_servers_and_commands_end_with_the_run(tmp_path: Path, number: signal.Signals) -> None:
    run = started("kills", tmp_path / "figures.json")

    def everybody() -> list[psutil.Process]:
        return run.children(recursive=True)

    def a_simulator_and_a_command() -> bool:
        words = [" ".join(one.cmdline()) for one in everybody() if one.is_running()]
        return any("simulator" in line for line in words) and any(" -p " in line for line in words)

    waited_for(lambda: _quietly(a_simulator_and_a_command))
    family = everybody()
    run.send_signal(number)
    _gone, alive = psutil.wait_procs([run, *family], timeout=LIMIT_S)
    assert alive == []


def _quietly(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except psutil.Error:
        return False


def test_a_run_goes_on_after_what_is_done(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    first = Progress("seeded", path, commit="c1")
    first.add([0, 1, 2, 7], Counter(labels=9), {2: ["I1"]}, 1.5)
    kept = json.loads(path.read_text())
    assert (kept["seeds"], kept["worlds"], kept["commit"]) == ([[0, 2], [7, 7]], 4, "c1")
    again = Progress.of("seeded", path, commit="c1")
    assert again.left(range(9)) == [3, 4, 5, 6, 8]
    assert (again.counts["labels"], again.broken, again.seconds) == (9, {2: ["I1"]}, 1.5)


def test_figures_of_two_commits_are_never_added_up(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    Progress("seeded", path, commit="c1").add([0], Counter(), {}, 0.1)
    for method, commit in (("seeded", "c2"), ("kills", "c1")):
        with pytest.raises(SystemExit, match="holds figures of"):
            Progress.of(method, path, commit=commit)


def test_spans_have_both_ends() -> None:
    assert list(spans([])) == []
    assert list(spans([3, 1, 2, 9])) == [(1, 3), (9, 9)]
