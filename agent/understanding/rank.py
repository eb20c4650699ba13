"""The price of a reading: a weighted sum over what its derivation used. Weights live in weights.toml."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from agent.understanding.chart import Derivation
from agent.understanding.conditions import All, Dated, Either, Not


@cache
def weights() -> Mapping[str, float]:
    """Feature -> weight; a feature that is not listed weighs nothing."""
    text = (files("agent.understanding") / "weights.toml").read_text(encoding="utf-8")
    return {str(name): float(value) for name, value in tomllib.loads(text)["weights"].items()}


def features(found: Derivation) -> Counter[str]:
    """What a derivation used: its own cost, categories of spans, productions, tokens left out."""
    counted: Counter[str] = Counter({f"rule:{name}": n for name, n in Counter(found.rules).items()})
    counted.update(f"span:{span.category}" for span in found.spans)
    counted["skipped"] = len(found.skipped)
    doubts = getattr(found.value, "doubts", ())
    counted["doubts"] = len(doubts)
    counted["day columns"] = max(0, len(_day_columns(found.value)) - 1)
    counted["refused"] = sum(doubt.slot == "refuse" for doubt in doubts)
    return counted


def _day_columns(reading: Any) -> set[str]:
    """The columns of days of a reading: `due Nov 24 by 2 day, those of Nov 27 by ground` is about one of them."""
    group = getattr(reading, "group", None)
    trees = [getattr(reading, "where", None), getattr(group, "tree", None)]
    trees += [rule.where for rule in getattr(reading, "rules", ())]
    found: set[str] = set()
    while trees:
        tree = trees.pop()
        if isinstance(tree, Dated):
            found.add(tree.column)
        elif isinstance(tree, (All, Either)):
            trees += tree.items
        elif isinstance(tree, Not):
            trees.append(tree.item)
    return found


def price(found: Derivation, weighing: Mapping[str, Any] | None = None) -> float:
    """The lower, the likelier."""
    table = weights() if weighing is None else weighing
    return found.cost + sum(table.get(name, 0.0) * count for name, count in features(found).items())
