"""A page that is run: its fenced blocks, with what the comments before them say.

    ```csv title="orders.csv"     a file that the reader saves
    ```console                    `$ command`, and below it what it prints; `shipchat SOURCE` opens the chat
    ```chat                       `you  words`, and below them, indented, what the chat says
    <!-- exit: 3 -->              what the commands of the next block end with
    <!-- given: NAME -->          a thing of the reader's that a test makes (things.py)
    <!-- shown only: REASON -->   the next block is not run

A line `...`, and the end of a line `...`, stand for output that is left out.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]

_FENCE = re.compile(r'( *)```(\w*)(?: title="(.+)")?')
_COMMENT = re.compile(r" *<!-- (exit|given|shown only): (.+?) -->")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    kind: str
    title: str | None
    text: str
    line: int
    notes: dict[str, str] = field(default_factory=dict)

    def parts(self, mark: str) -> Iterator[tuple[str, list[str]]]:
        """What is said or run, each with the lines that must come of it."""
        said, told = "", list[str]()
        for line in self.text.splitlines():
            if line.startswith(mark):
                if said:
                    yield said, told
                said, told = line.removeprefix(mark).strip(), []
            elif line.strip():
                told.append(line)
        if said:
            yield said, told


def blocks(page: Path) -> Iterator[Block | str]:
    """The blocks of a page in order, and between them the names of what is given."""
    lines = page.read_text(encoding="utf-8").splitlines()
    notes: dict[str, str] = {}
    n = 0
    while n < len(lines):
        if comment := _COMMENT.fullmatch(lines[n]):
            if comment[1] == "given":
                yield comment[2]
            else:
                notes[comment[1]] = comment[2]
        elif fence := _FENCE.fullmatch(lines[n]):
            end = lines.index(f"{fence[1]}```", n + 1)
            text = textwrap.dedent("\n".join(lines[n + 1 : end])) + "\n"
            yield Block(fence[2], fence[3], text, n + 1, notes)
            notes, n = {}, end
        n += 1
