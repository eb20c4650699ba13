"""No circle of imports, also none hidden in a function or behind TYPE_CHECKING, and no private name across modules.

import-linter keeps the layers of the packages (pyproject.toml) and does not look at what is behind TYPE_CHECKING.
"""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
Graph = dict[str, set[str]]


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules_of(package: str, root: Path = ROOT) -> dict[str, ast.Module]:
    paths = sorted((root / package).rglob("*.py"))
    return {module_name(path, root): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imports_of(name: str, tree: ast.Module, modules: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """(module, name or nothing) of every import of our own modules, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in modules:
                    yield inner, ""
                elif node.module in modules:
                    yield str(node.module), alias.name
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name in modules)


def graph_of(modules: dict[str, ast.Module]) -> Graph:
    return {name: {found for found, _ in imports_of(name, tree, modules)} for name, tree in modules.items()}


def circle_in(graph: Graph) -> list[str]:
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as fault:
        return [str(name) for name in fault.args[1]]
    return []


def private_imports(modules: dict[str, ast.Module]) -> list[str]:
    return [
        f"{name}: from {found} import {what}"
        for name, tree in modules.items()
        for found, what in imports_of(name, tree, modules)
        if what.startswith("_") or found.rpartition(".")[2].startswith("_")
    ]


@pytest.mark.parametrize("package", ["agent", "tui", "mcp_servers"])
def test_no_module_reaches_itself_through_its_imports(package: str):
    assert circle_in(graph_of(modules_of(package))) == []


def test_no_package_of_the_agent_reaches_itself_through_others():
    graph: Graph = {}
    for name, found in graph_of(modules_of("agent")).items():
        own, others = package_of(name), {package_of(one) for one in found}
        graph.setdefault(own, set()).update(others - {own})
    assert circle_in(graph) == []


def package_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


@pytest.mark.parametrize("package", ["agent", "tui", "mcp_servers"])
def test_no_private_name_is_imported_from_another_module(package: str):
    assert list(private_imports(modules_of(package))) == []


def test_the_rules_see_what_is_hidden(tmp_path: Path):
    """A circle behind TYPE_CHECKING and inside a function, and a private name, are found."""
    files = {
        "one": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.two import Two\n",
        "two": "def late():\n    from house.three import three\n",
        "three": "import house.one\nfrom house.two import _private\n",
    }
    (tmp_path / "house").mkdir()
    for name, text in files.items():
        (tmp_path / "house" / f"{name}.py").write_text(text)
    modules = modules_of("house", tmp_path)
    assert set(circle_in(graph_of(modules))) <= {"house.one", "house.two", "house.three"}
    assert len(circle_in(graph_of(modules))) > 1
    assert private_imports(modules) == ["house.three: from house.two import _private"]
