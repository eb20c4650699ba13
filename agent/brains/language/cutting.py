"""Reading cuts: `first 5`, `the two heaviest`, `every third`, `a random sample of 3`, `by weight`."""

from typing import Any

from lark import Token as LarkToken
from lark import Transformer

from agent.brains.language.cursor import Token
from agent.brains.language.elements import Cut
from agent.brains.language.resolving import Resolver
from agent.brains.language.roles import columns_for


class CutReader(Transformer[LarkToken, Any]):
    """The rules of the grammar that say how many rows, in which order."""

    resolver: Resolver

    def first(self, children: list[Any]) -> Cut:
        return Cut("first", count_of(children[1]), text=said_by(children))

    def last(self, children: list[Any]) -> Cut:
        return Cut("last", count_of(children[1]), text=said_by(children))

    def top(self, children: list[Any]) -> Cut:
        return Cut("top", count_of(children[1]), text=said_by(children))

    def superlative(self, children: list[Any]) -> Cut:
        return self._superlative(children[0], children[1], said_by(children))

    def counted_superlative(self, children: list[Any]) -> Cut:
        return self._superlative(children[1], children[0], said_by(children))

    def _superlative(self, word: Any, count: Any, text: str) -> Cut:
        role, descending = token_of(word).value
        if not columns_for(self.resolver.facts, role):
            return Cut("by", count_of(count), None, descending, text)  # "the cheapest by hammer price"
        column = self.resolver.measurable(self.resolver.of_role(role, token_of(word).text))
        return Cut("by", count_of(count), column, descending, text)

    def highest(self, children: list[Any]) -> Cut:
        return self._extreme(children[1], None, said_by(children), descending=True)

    def lowest(self, children: list[Any]) -> Cut:
        return self._extreme(children[1], None, said_by(children), descending=False)

    def counted_highest(self, children: list[Any]) -> Cut:
        return self._extreme(children[2], children[0], said_by(children), descending=True)

    def counted_lowest(self, children: list[Any]) -> Cut:
        return self._extreme(children[2], children[0], said_by(children), descending=False)

    def highest_counted(self, children: list[Any]) -> Cut:
        return self._extreme(None, children[1], said_by(children), descending=True)

    def lowest_counted(self, children: list[Any]) -> Cut:
        return self._extreme(None, children[1], said_by(children), descending=False)

    def _extreme(self, column: Any, count: Any, text: str, *, descending: bool) -> Cut:
        name = self.resolver.column(token_of(column).value) if column is not None else None
        return Cut("by", count_of(count), name, descending, text)

    def random(self, children: list[Any]) -> Cut:
        return Cut("random", count_of(children[1]), text=said_by(children))

    def counted_random(self, children: list[Any]) -> Cut:
        return Cut("random", count_of(children[0]), text=said_by(children))

    def every(self, children: list[Any]) -> Cut:
        return Cut("every", int(token_of(children[0]).value), text=said_by(children))

    def every_other(self, children: list[Any]) -> Cut:
        return Cut("every", 2, text=said_by(children))

    def by_column(self, children: list[Any]) -> Cut:
        _by, column, descending = children
        name = self.resolver.column(token_of(column).value)
        # Grouping by a column needs no order; ordering by it is checked where it is asked for.
        return Cut("sort", None, name, True if descending is None else descending, said_by(children))


def token_of(child: Any) -> Token:
    token: Token = child if isinstance(child, Token) else child.value
    return token


def count_of(child: Any) -> int | None:
    return None if child is None else int(token_of(child).value.value)


def said_by(children: list[Any]) -> str:
    return " ".join(token_of(child).text for child in children if isinstance(child, (Token, LarkToken)))
