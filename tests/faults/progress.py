"""What a long run has shown so far: a file that a restart goes on from. Figures say which commit and which seeds."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(slots=True)
class Progress:
    """Seeds that are done, counts over them, and what was broken, by seed."""

    method: str
    path: Path | None = None
    commit: str = field(default_factory=lambda: commit_of(HERE))
    done: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[int, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    @classmethod
    def of(cls, method: str, path: Path | None, commit: str | None = None) -> "Progress":
        """What the file says, if it is about this method and this commit.

        Raises:
            SystemExit: it is about another one: figures of two commits are never added up.
        """
        progress = cls(method, path, commit or commit_of(HERE))
        if path is None or not path.exists():
            return progress
        kept: dict[str, Any] = json.loads(path.read_text())
        if (kept["method"], kept["commit"]) != (method, progress.commit):
            known = f"{kept['method']} at {kept['commit']}"
            raise SystemExit(f"{path} holds figures of {known}; this is {method} at {progress.commit}.")
        progress.done = {seed for first, last in kept["seeds"] for seed in range(first, last + 1)}
        progress.counts = Counter(kept["counts"])
        progress.broken = {int(seed): found for seed, found in kept["broken"].items()}
        progress.seconds = kept["seconds"]
        return progress

    def left(self, seeds: Iterable[int]) -> list[int]:
        """Those that are not done yet."""
        return [seed for seed in seeds if seed not in self.done]

    def add(self, seeds: Iterable[int], counts: Counter[str], broken: dict[int, list[str]], seconds: float) -> None:
        """Note a part of the run; the file is replaced at once."""
        self.done.update(seeds)
        self.counts += counts
        self.broken |= broken
        self.seconds += seconds
        if self.path is not None:
            temporary = self.path.with_suffix(f"{self.path.suffix}.new")
            temporary.write_text(json.dumps(self.figures(), indent=1))
            temporary.replace(self.path)

    def figures(self) -> dict[str, Any]:
        """As JSON: `seeds` are ranges with both ends in them."""
        return {
            "method": self.method,
            "commit": self.commit,
            "seeds": list(spans(self.done)),
            "worlds": len(self.done),
            "counts": dict(sorted(self.counts.items())),
            "broken": {str(seed): found for seed, found in sorted(self.broken.items())},
            "seconds": round(self.seconds, 1),
        }


def spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """`{1, 2, 3, 7}` as `(1, 3), (7, 7)`."""
    first = last = None
    for number in sorted(numbers):
        if last is not None and first is not None and number != last + 1:
            yield first, last
            first = number
        first, last = number if first is None else first, number
    if first is not None and last is not None:
        yield first, last


def commit_of(folder: Path) -> str:
    """The commit of the code that runs, with a mark when files were changed since; `unknown` outside a repository."""
    try:
        told = [
            subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
            for words in (("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
        ]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told[0] + ("+changes" if told[1] else "")
