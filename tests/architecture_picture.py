"""Draws docs/architecture.svg from the packages themselves: `python -m tests.architecture_picture`.

Boxes are packages with the first line of their docstring; arrows are imports between them, without those that follow
from others. The numbers are the way of one order, as docs/architecture.md tells it.
"""

import importlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

PICTURE = Path(__file__).parents[1] / "docs" / "architecture.svg"
WIDTH, MARGIN, GAP, ROW_HEIGHT, BOX_HEIGHT, BADGE = 1180, 20, 24, 126, 86, 11

ROWS: list[list[str]] = [
    ["tui", "agent.cli", "agent.scripts", "agent.setup"],
    ["agent.chat", "agent.understanding", "agent.brains"],
    ["agent.drafting", "agent.opening", "agent.addresses", "agent.labels", "agent.tracking"],
    ["agent.batch", "agent.mapping", "agent.sheet"],
    ["agent.ledger", "agent.planning", "agent.shipping"],
    ["mcp_servers.data", "mcp_servers.ups", "mcp_servers.jobs"],
]
"""Packages from the person (top) to the outside world (bottom)."""
OUTSIDE = {
    "mcp_servers.data": "your sheet",
    "mcp_servers.ups": "UPS, or the practice UPS",
    "mcp_servers.jobs": "the queue file",
}
STEPS: dict[str, list[int]] = {
    "tui": [1, 8],
    "agent.chat": [2, 8],
    "agent.brains": [3],
    "agent.drafting": [4],
    "agent.planning": [4, 7],
    "agent.sheet": [5],
    "agent.mapping": [5],
    "agent.shipping": [6],
    "agent.ledger": [9],
    "agent.batch": [9, 11, 12],
    "mcp_servers.data": [4, 12],
    "mcp_servers.ups": [7, 10],
    "agent.labels": [13],
}


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def boxes() -> dict[str, Box]:
    """Every package's place: rows of equal boxes over the whole width."""
    placed = {}
    for row, names in enumerate(ROWS):
        width = (WIDTH - 2 * MARGIN - GAP * (len(names) - 1)) / len(names)
        y = MARGIN + row * ROW_HEIGHT + (40 if names[0].startswith("mcp_servers") else 0)
        for column, name in enumerate(names):
            placed[name] = Box(name, MARGIN + column * (width + GAP), y, width)
    return placed


def arrows() -> list[tuple[str, str]]:
    """(importer, imported) between the packages drawn, without what follows from two others. Circles are an error."""
    graph = grimp.build_graph("agent", "tui", "mcp_servers", cache_dir=None)
    names = [name for names in ROWS for name in names]
    direct = {one: {other for other in names if other != one and _imports(graph, one, other)} for one in names}
    reached = {one: _reached(one, direct) for one in names}
    circles = [one for one in names if one in reached[one]]
    if circles:
        message = f"packages import each other in a circle: {', '.join(circles)}"
        raise ValueError(message)
    return [
        (one, other)
        for one in names
        for other in sorted(direct[one])
        if not any(other in reached[between] for between in direct[one] - {other})
    ]


def _imports(graph: grimp.ImportGraph, one: str, other: str) -> bool:
    if (one, other) == ("agent.cli", "tui"):
        return False  # the one lazy import: the command opens the chat
    return graph.direct_import_exists(importer=one, imported=other, as_packages=True)


def _reached(start: str, direct: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(direct[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += direct[name]
    return found


def picture() -> str:
    """The SVG as text; the same tree draws the same picture."""
    placed = boxes()
    height = max(box.y for box in placed.values()) + BOX_HEIGHT + 70
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="Helvetica, Arial, sans-serif">',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#64748b"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
        *_arrow_lines(placed),
        *_between_agent_and_servers(placed),
    ]
    for box in placed.values():
        lines += _box_lines(box)
    return "\n".join([*lines, "</svg>", ""])


def _arrow_lines(placed: dict[str, Box]) -> Iterator[str]:
    for one, other in arrows():
        a, b = placed[one], placed[other]
        if a.y == b.y:
            right = a.x < b.x
            x1, x2 = (a.x + a.width, b.x) if right else (a.x, b.x + b.width)
            y1 = y2 = a.y + BOX_HEIGHT / 2
        else:
            shift = max(-0.3, min(0.3, (b.middle - a.middle) / WIDTH))
            x1, y1 = a.middle + shift * a.width, a.y + BOX_HEIGHT
            x2, y2 = b.middle - shift * b.width, b.y
        yield (
            f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="#64748b" marker-end="url(#head)"/>'
        )


def _between_agent_and_servers(placed: dict[str, Box]) -> Iterator[str]:
    y = placed["mcp_servers.data"].y - 34
    yield f'<line x1="{MARGIN}" y1="{y}" x2="{WIDTH - MARGIN}" y2="{y}" stroke="#cbd5e1" stroke-width="2"/>'
    yield f'<text x="{WIDTH - MARGIN}" y="{y - 6}" text-anchor="end" font-size="12" fill="#475569">MCP over stdio: no import crosses this line</text>'
    for name, words in OUTSIDE.items():
        box = placed[name]
        yield (
            f'<line x1="{box.middle:.0f}" y1="{y}" x2="{box.middle:.0f}" y2="{box.y}" stroke="#64748b"'
            ' stroke-dasharray="5 4" marker-end="url(#head)"/>'
        )
        yield (
            f'<text x="{box.middle:.0f}" y="{box.y + BOX_HEIGHT + 32}" text-anchor="middle" font-size="14"'
            f' fill="#0f172a">⇅ {words}</text>'
        )


def _box_lines(box: Box) -> Iterator[str]:
    yield (
        f'<rect x="{box.x:.0f}" y="{box.y}" width="{box.width:.0f}" height="{BOX_HEIGHT}" rx="6" fill="#f8fafc"'
        ' stroke="#334155"/>'
    )
    yield (
        f'<text x="{box.x + 12:.0f}" y="{box.y + 24}" font-size="15" font-weight="bold"'
        f' fill="#0f172a">{box.name.replace(".", "/")}</text>'
    )
    said = " ".join((importlib.import_module(box.name).__doc__ or "").strip().split("\n\n")[0].split()).replace("`", "")
    for number, line in enumerate(textwrap.wrap(said, int((box.width - 24) / 6.6), max_lines=4, placeholder=" …")):
        yield f'<text x="{box.x + 12:.0f}" y="{box.y + 42 + 15 * number}" font-size="12" fill="#334155">{escape(line)}</text>'
    for place, step in enumerate(reversed(STEPS.get(box.name, []))):
        x = box.x + box.width - 16 - place * 28
        yield f'<circle cx="{x:.0f}" cy="{box.y + 18}" r="{BADGE}" fill="#b45309"/>'
        yield (
            f'<text x="{x:.0f}" y="{box.y + 22}" text-anchor="middle" font-size="12" font-weight="bold"'
            f' fill="#ffffff">{step}</text>'
        )


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
