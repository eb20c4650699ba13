"""Tokens to elements: the lark grammar of `command.lark`, with every condition resolved against the sheet."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark
from lark import Token as LarkToken
from lark.exceptions import UnexpectedInput, VisitError
from lark.lexer import Lexer

from agent.brains.language import locating, roles, whereabouts
from agent.brains.language.actions import Ask, AskError, LookError, SayError
from agent.brains.language.conditions import Condition, IsEmpty, Not, columns_of
from agent.brains.language.cursor import NumberList, Token
from agent.brains.language.cutting import CutReader, token_of
from agent.brains.language.elements import BareColumn, Element, Item, Mark, Service, Unfinished, is_mark
from agent.brains.language.naming import ColumnMention
from agent.brains.language.quantities import Amount, Span
from agent.brains.language.resolving import Resolver

_POSSESSIVE = re.compile(r"['’]s$|^(?:today|yesterday|tomorrow)s$", re.IGNORECASE)
_TEXT_OPERATORS = {"TEXTOP": "contains", "STARTS": "starts with", "ENDS": "ends with"}
_POST = {"POST_GE": ">=", "POST_LE": "<="}


class _Tokens(Lexer):
    """The grammar's input are tokens already."""

    def __init__(self, _configuration: Any) -> None:
        pass

    def lex(self, data: Any) -> Iterator[LarkToken]:  # type: ignore[override]
        for index, token in enumerate(data):
            made = LarkToken(token.kind, token.text)
            made.value = token
            made.start_pos = index
            yield made


@cache
def _parser() -> Lark:
    grammar = (files("agent.brains.language") / "command.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_Tokens, maybe_placeholders=True)


def read(tokens: list[Token], resolver: Resolver) -> list[Element]:
    """The elements of a sentence, in order.

    Raises:
        AskError: where the sheet leaves a choice, or the sentence is no sentence of the grammar.
        SayError: where the sheet cannot answer.
    """
    places = [token.value for token in tokens if token.kind == "PLACE"]
    resolver.said_states = frozenset(m.code for place in places for m in place.meanings if m.kind == "state")
    values = [token.value for token in tokens if token.kind == "VALUE"]
    resolver.said_date = None
    resolver.said_columns = frozenset(name for value in values for name, _ in value.places)
    try:
        tree = _parser().parse(tokens)
        elements: list[Element] = _Reader(resolver).transform(tree)
    except UnexpectedInput as fault:
        position = getattr(getattr(fault, "token", None), "start_pos", None)
        at = position if isinstance(position, int) and position < len(tokens) else len(tokens) - 1
        near = " ".join(token.text for token in tokens[max(0, at - 2) : at + 2] if token.text)
        raise AskError(Ask(f'I do not understand "{near}". How do you mean it?', (), "words", True)) from None
    except VisitError as fault:
        if isinstance(fault.orig_exc, (AskError, LookError, SayError)):
            raise fault.orig_exc from None
        raise
    left = next((e.text for e in elements if is_mark(e, "UNKNOWN")), None)
    if left is not None:  # what no rule has placed would be dropped without a word
        raise AskError(Ask(f'I do not understand "{left}". How do you mean it?', (), "words", True))
    return elements


class _Reader(CutReader):
    """Builds one element per subtree."""

    def __init__(self, resolver: Resolver) -> None:
        super().__init__()
        self.resolver = resolver

    def start(self, children: list[Element]) -> list[Element]:
        return children

    # -- small parts

    def operand(self, children: list[LarkToken]) -> Token:
        return token_of(children[0])

    moment = operand

    def post(self, children: list[LarkToken]) -> str:
        return _POST[children[0].type]

    def text_operator(self, children: list[LarkToken]) -> str:
        return _TEXT_OPERATORS[children[0].type]

    def direction(self, children: list[LarkToken]) -> bool:
        return children[0].type == "DESCENDING"

    # -- conditions with a column

    def column_is(self, children: list[Any]) -> Item:
        _have, column, _be, no, compared, operand, post = children
        return self._on_column(column, no, token_of(compared) if compared is not None else None, operand, post)

    def column_compared(self, children: list[Any]) -> Item:
        _have, column, no, compared, operand, post = children
        return self._on_column(column, no, token_of(compared), operand, post)

    def _on_column(self, column: Any, no: Any, compared: Token | None, operand: Token, post: str | None) -> Item:
        mention = token_of(column).value
        operator = compared.value[0] if compared is not None else (post or "=")
        if compared is not None and compared.value[1] not in (None, mention.role):
            raise AskError(Ask(f'How is "{token_of(column).text}" {compared.text} {operand.text}?', (), "words", True))
        if operator == "<>":
            no, operator = (None if no else column), "="
        if operand.kind in ("NUMBER", "AMOUNT", "SPAN") and (operator != "=" or self._counts(mention, operand)):
            name = self.resolver.column(mention)
            condition = self.resolver.compared(operator, mention.role, operand.value, name)
            family = f"={name}" if operator == "=" and operand.kind == "NUMBER" and no is None else None
            return self._item(condition, no, family, operand.text, name)
        condition = self._equal(mention, operand)
        family = "place" if operand.kind == "PLACE" and not operand.value.others else _family(condition)
        return self._item(condition, no, family, operand.text, mention.columns[0] if mention.columns else None)

    def _counts(self, mention: Any, operand: Token) -> bool:
        """Whether a plain number is an amount of this column rather than a text such as a ZIP."""
        if isinstance(operand.value, Span) or operand.kind != "NUMBER":
            return True
        name = self.resolver.column(mention)
        return mention.role in ("weight", "total", "quantity") or (
            self.resolver.facts.column(name).kind == "number"
            and mention.role not in ("postal_code", "order_number", "phone")
        )

    def _equal(self, mention: Any, operand: Token) -> Condition:
        if mention.role == "order_number" and operand.kind in ("NUMBER", "ID", "SPAN"):
            return self.resolver.orders(NumberList((operand.text,)))
        if operand.kind == "PLACE" and any(name in mention.columns for name, _ in operand.value.others):
            values = tuple(value for name, value in operand.value.others if name in mention.columns)
            return self.resolver.equals(self.resolver.column(mention), values[0])
        if operand.kind == "PLACE" and mention.role in ("state", "city", "country", "region", None):
            wanted = [m for m in operand.value.meanings if _same_kind(m.kind, mention.role)]
            return self.resolver.place(
                whereabouts.PlaceMention(operand.value.phrase, tuple(wanted or operand.value.meanings))
            )
        name = self.resolver.column(mention)
        if operand.kind == "SERVICE":
            found = self.resolver.service_value(operand.value, None)
            if found is not None and columns_of(found) == {name}:
                return found
        text = operand.value if operand.kind == "TEXT" else operand.text
        return self.resolver.equals(name, text, value=operand.value if operand.kind == "VALUE" else None)

    def column_dated(self, children: list[Any]) -> Item:
        _have, column, _be, no, compared, moment = children
        return self._moment(token_of(compared), moment, token_of(column).value, no)

    def column_in_period(self, children: list[Any]) -> Item:
        _have, column, _be, no, period, post = children
        mention = token_of(column).value
        condition = self.resolver.dated(post or "=", token_of(period).value, mention)
        return self._item(condition, no, None if post else _family(condition), token_of(period).text)

    def column_empty(self, children: list[Any]) -> Item:
        column, _be, no, _empty = children
        return self._item(self._empty(column), no, None, token_of(column).text)

    def column_present(self, children: list[Any]) -> Item:
        column, _be, no, _present = children
        return self._item(Not(self._empty(column)), no, None, token_of(column).text)

    def column_text(self, children: list[Any]) -> Item:
        _have, column, _be, no, how, text = children
        condition = self._contains(how, text, token_of(column).value)
        return self._item(condition, no, _family(condition), token_of(text).text)

    def column_empty_first(self, children: list[Any]) -> Item:
        said = f"{token_of(children[0]).text} {token_of(children[1]).text}"
        if token_of(children[1]).value.is_flag:  # "no gifts"
            return self._item(
                Not(self.resolver.marked(self.resolver.column(token_of(children[1]).value))), None, "empty", said
            )
        return self._item(self._empty(children[1]), None, "empty", said)

    def column_has(self, children: list[Any]) -> Item:
        mention, text = token_of(children[1]).value, token_of(children[1]).text
        if mention.is_flag:  # "orders with gifts"
            return self._item(self.resolver.marked(self.resolver.column(mention)), None, None, text)
        return self._item(Not(self._empty(children[1])), None, "filled", text)

    def _empty(self, column: Any) -> Condition:
        mention = token_of(column).value
        names = mention.columns
        if mention.role in ("phone", "email", "notes", "name") and len(names) > 1:
            return IsEmpty(self.resolver.column(mention))
        return IsEmpty(self.resolver.column(mention))

    def column(self, children: list[Any]) -> BareColumn:
        token = token_of(children[0])
        return BareColumn(token.value, token.text)

    # -- conditions without a column

    def compare(self, children: list[Any]) -> Element:
        compared, operand = token_of(children[0]), children[1]
        operator, role = compared.value
        if operand.kind not in ("NUMBER", "AMOUNT", "SPAN"):
            raise AskError(Ask(f'What does "{compared.text} {operand.text}" compare?', (), "words", True))
        if operand.kind == "NUMBER" and role is None:
            return Unfinished(operator, operand.value, operand.text)
        return self._item(self.resolver.compared(operator, role, operand.value), None, None, operand.text)

    def amount(self, children: list[Any]) -> Element:
        token, post = token_of(children[0]), children[1]
        value: Amount | Span = token.value
        sample = value.low if isinstance(value, Span) else value
        if sample.measure == "plain":
            return Unfinished(post, value, token.text)
        return self._item(self.resolver.compared(post or "=", None, value), None, None, token.text)

    def dated(self, children: list[Any]) -> Item:
        return self._moment(token_of(children[0]), children[1], None, None)

    def in_period(self, children: list[Any]) -> Item:
        token, post = token_of(children[0]), children[1]
        condition = self.resolver.dated(post or "=", token.value, self._placed(token))
        return self._item(condition, None, None if post else _family(condition), token.text)

    def _placed(self, token: Token) -> ColumnMention | None:
        """`yesterday's orders` are those that were placed then."""
        columns = roles.columns_for(self.resolver.facts, "order_date")
        if _POSSESSIVE.search(token.text) and len(columns) == 1:
            return ColumnMention(token.text, columns, "order_date")
        return None

    def _moment(self, compared: Token, moment: Token, mention: Any, no: Any) -> Item:
        if moment.kind != "PERIOD":
            raise AskError(Ask(f'What does "{compared.text} {moment.text}" mean?', (), "words", True))
        condition = self.resolver.dated(compared.value, moment.value, mention)
        return self._item(condition, no, None, f"{compared.text} {moment.text}")

    def _contains(self, how: str, text: Any, mention: Any) -> Condition:
        token = token_of(text)
        return self.resolver.contains(how, token.value, mention, literal=token.text != token.value)

    def text_anywhere(self, children: list[Any]) -> Item:
        how, text, _in, column = children
        mention = token_of(column).value if column is not None else None
        condition = self._contains(how, text, mention)
        return self._item(condition, None, _family(condition), token_of(text).text)

    def text(self, children: list[Any]) -> Item:
        _have, text, _in, column = children
        mention = token_of(column).value if column is not None else None
        condition = self._contains("contains", text, mention)
        return self._item(condition, None, _family(condition), token_of(text).text)

    def value(self, children: list[Any]) -> Item:
        _have, value, _in, column = children
        token = token_of(value)
        if column is not None:
            name = self.resolver.column(token_of(column).value)
            condition = self.resolver.equals(name, token.text, value=token.value)
        else:
            condition = self.resolver.value(token.value)
        return self._item(condition, None, _family(condition), token.text)

    def place(self, children: list[Any]) -> Item:
        token = token_of(children[0])
        return self._item(self.resolver.place(token.value), None, "place", token.text)

    def service_value(self, children: list[Any]) -> Element:
        token = token_of(children[0])
        service, value = token.value
        condition = self.resolver.service_value(service, value)
        if condition is None:
            everything = f"all by {service.phrase}"
            question = f'No order of this sheet is marked "{token.text}". How do you mean it?'
            if self.resolver.ask(question, (everything,), "words", free_text=True).casefold() != everything.casefold():
                raise AskError(Ask(question, (everything,), "words", True))
            return Service(service, token.text)
        return self._item(condition, None, _family(condition), token.text)

    def orders(self, children: list[Any]) -> Item:
        token = token_of(children[0])
        return self._item(self.resolver.orders(token.value), None, "numbers", token.text)

    def rows(self, children: list[Any]) -> Item:
        token = token_of(children[0])
        return self._item(self.resolver.rows(token.value), None, "numbers", token.text)

    def id(self, children: list[Any]) -> Item:
        token = token_of(children[0])
        return self._item(self.resolver.orders(NumberList((token.text,))), None, "numbers", token.text)

    def unflag(self, children: list[Any]) -> Item:
        token = token_of(children[0])
        column = self.resolver.column(token.value)
        return self._item(Not(self.resolver.marked(column)), None, None, token.text, column)

    def unshipped(self, children: list[Any]) -> Item:
        return self._item(self.resolver.unshipped(), None, None, token_of(children[0]).text)

    def overdue(self, children: list[Any]) -> Item:
        return self._item(self.resolver.overdue(), None, None, token_of(children[0]).text)

    def domestic(self, children: list[Any]) -> Item:
        return self._item(locating.domestic(self.resolver.facts), None, "place", token_of(children[0]).text)

    def international(self, children: list[Any]) -> Item:
        return self._item(locating.international(self.resolver.facts), None, "place", token_of(children[0]).text)

    def military(self, children: list[Any]) -> Item:
        return self._item(locating.military(self.resolver.facts), None, "place", token_of(children[0]).text)

    def territories(self, children: list[Any]) -> Item:
        return self._item(locating.territories(self.resolver.facts), None, "place", token_of(children[0]).text)

    def po_boxes(self, children: list[Any]) -> Item:
        return self._item(locating.post_office_boxes(self.resolver.facts), None, "place", token_of(children[0]).text)

    def _item(self, condition: Condition, no: Any, family: str | None, text: str, column: str | None = None) -> Item:
        if column is None and len(columns_of(condition)) == 1:
            column = next(iter(columns_of(condition)))
        if no is None:
            return Item(condition, family, text, column)
        return Item(Not(condition), None, f"not {text}", column, denied=family)

    # -- services and marks

    def named_service(self, children: list[Any]) -> Service:
        via, service = children
        return Service(token_of(service).value, token_of(service).text, via=via is not None)

    def sheet_service(self, children: list[Any]) -> Service:
        return Service(None, token_of(children[1]).text, via=True)

    def service_column(self, children: list[Any]) -> Service:
        token = token_of(children[1])
        return Service(None, token.text, self.resolver.column(token.value), via=True)

    def mark(self, children: list[LarkToken]) -> Mark:
        token = token_of(children[0])
        return Mark(token.kind, token.text, token.value)


def _family(condition: Condition) -> str | None:
    columns = columns_of(condition)
    return f"={next(iter(columns))}" if len(columns) == 1 else None


def _same_kind(kind: str, role: str | None) -> bool:
    return role in (None, "region") or kind == role or (role == "state" and kind in ("province", "region", "territory"))
