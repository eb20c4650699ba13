"""The one grammar: every module of rules declares its productions here with `@rule`."""

from importlib import import_module
from typing import Final

from agent.understanding.chart import Grammar

GRAMMAR: Final = Grammar()
rule: Final = GRAMMAR.rule
_MODULES: Final = ("amounts", "columns", "cuts", "days", "groups", "orders", "query", "ship", "talk", "tests")


def grammar() -> Grammar:
    """The grammar with all its productions, in no order that matters."""
    for name in _MODULES:
        import_module(f"agent.understanding.rules_{name}")
    return GRAMMAR
