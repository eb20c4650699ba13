"""The sandbox of templates, and the lint over their syntax trees: what an expression may be made of.

Allowed are columns, constants, the filters, comparisons, `if`, `+`, `-`, `/` and `~`; no loops, calls, methods, `*` or
`**`, so no template can take long or reach anything (the sandbox alone stops neither loops nor huge texts). Nesting is
bounded: chains of filters and parentheses would overflow the stacks of Jinja2 and of Python's own compiler.
"""

from collections.abc import Callable
from inspect import signature
from math import isfinite
from typing import Any, Final, TypeVar

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agent.errors import error
from agent.mapping import faults
from agent.mapping.filters import FILTERS, FilterFault

Read = TypeVar("Read")
TEMPLATE_LIMIT: Final = 2048
MOST_DEPTH: Final = 40
"""How deep the parts of an expression may be nested; a chain of filters counts each."""
NO_VALUE: Final = (FilterFault, TemplateError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What the evaluation of an allowed template may end in: a cell that it does not fit."""
_BUILTIN_FILTERS: Final = ("upper", "lower", "title", "capitalize", "trim")
_ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem),
    *(nodes.Filter, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat),
    *(nodes.Add, nodes.Sub, nodes.Div, nodes.Neg, nodes.Test, nodes.Keyword, nodes.If),
)
_INTERNAL_NAMES: Final = frozenset({"self", "loop", "caller", "varargs", "kwargs", "super"})
_TESTS: Final = frozenset({"defined", "undefined", "none"})


class _Sandbox(ImmutableSandboxedEnvironment):
    """Attributes are items: `row.items` is the column `items`, never a method."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        return self.undefined(obj=obj, name=argument)


def _environment() -> _Sandbox:
    # Not optimized: constants that Jinja2 computes beforehand may end in what it cannot write (`inf`).
    sandbox = _Sandbox(undefined=StrictUndefined, autoescape=False, cache_size=0, optimized=False)
    allowed = {name: sandbox.filters[name] for name in _BUILTIN_FILTERS}
    sandbox.filters = {**allowed, **FILTERS}
    sandbox.tests = {name: sandbox.tests[name] for name in _TESTS}
    sandbox.globals = {}
    return sandbox


SANDBOX: Final = _environment()


def allowed_tree(source: str, name: str) -> nodes.Template:
    """The syntax tree of a template.

    Raises:
        ShipchatError: E-2250, naming what is not allowed.
    """
    if len(source) > TEMPLATE_LIMIT:
        raise error(faults.BAD_TEMPLATE, field=name, problem=f"it has more than {TEMPLATE_LIMIT} characters")
    tree = _guarded(lambda: SANDBOX.parse(source), name)
    for node, depth in _nodes(tree):
        problem = "it is nested too deeply" if depth > MOST_DEPTH else _problem(node)
        if problem:
            raise error(faults.BAD_TEMPLATE, field=name, problem=problem)
    return tree


def compiled_expression(expression: str, name: str) -> Callable[..., Any]:
    """An allowed expression, ready for many rows. Raises E-2250."""
    return _guarded(lambda: SANDBOX.compile_expression(expression, undefined_to_none=False), name)


def compiled_text(source: str, name: str) -> Template:
    """An allowed text with templates in it, ready for many rows. Raises E-2250."""
    allowed_tree(source, name)
    return _guarded(lambda: SANDBOX.from_string(source), name)


def _guarded(read: Callable[[], Read], name: str) -> Read:
    try:
        return read()
    except RecursionError:
        raise error(faults.BAD_TEMPLATE, field=name, problem="it is nested too deeply") from None
    except (TemplateError, SyntaxError, ValueError, ArithmeticError, MemoryError) as fault:
        raise error(faults.BAD_TEMPLATE, field=name, problem=str(fault) or type(fault).__name__) from None


def _nodes(tree: nodes.Template) -> "list[tuple[nodes.Node, int]]":
    """Every node with its depth; by hand, so that no depth overflows the stack."""
    found: list[tuple[nodes.Node, int]] = []
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        found.append((node, depth))
        waiting += [(inner, depth + 1) for inner in node.iter_child_nodes()]
    return found


def _problem(node: nodes.Node) -> str:
    kind = type(node).__name__
    if not isinstance(node, _ALLOWED):
        return f"`{kind.lower()}` is not allowed"
    if isinstance(node, nodes.Const) and isinstance(node.value, float) and not isfinite(node.value):
        return "a number is too large"
    if isinstance(node, nodes.Filter):
        return _filter_problem(node)
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        return f"there is no test {node.name}"
    if isinstance(node, nodes.Name) and node.name in _INTERNAL_NAMES:
        return f'`{node.name}` is not a column (write row["{node.name}"])'
    if isinstance(node, nodes.Getattr) and not _on_data(node.node):
        return "only `row` and `shipper` have columns"
    if isinstance(node, nodes.Getitem) and not (_on_data(node.node) and isinstance(node.arg, nodes.Const)):
        return "only `row` and `shipper` have columns, named by a text"
    return ""


def _filter_problem(node: nodes.Filter) -> str:
    """An unknown filter, or one that does not take these arguments: too many are refused, never dropped."""
    taken = SANDBOX.filters.get(node.name)
    if taken is None:
        return f"there is no filter {node.name}"
    if node.node is None or node.dyn_args is not None or node.dyn_kwargs is not None:
        return f"the filter {node.name} takes written arguments"
    try:
        signature(taken).bind(None, *node.args, **{str(one.key): one.value for one in node.kwargs})
    except TypeError as fault:
        return f"the filter {node.name} does not take these arguments ({fault})"
    return ""


def _on_data(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Name):
        return node.name in {"row", "shipper", "shipper_info"}
    return isinstance(node, nodes.Getattr | nodes.Getitem) and _on_data(node.node)
