"""Numbers and columns that lean on what was said before: `over 5 and under 10`, `without a phone or e-mail`."""

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.conditions import IsEmpty, Not
from agent.brains.language.cursor import NumberList
from agent.brains.language.elements import BareColumn, Element, Item, Mark, Unfinished, is_mark
from agent.brains.language.namesakes import looked_up
from agent.brains.language.quantities import Amount, Span, plain
from agent.brains.language.resolving import Resolver


def finished(elements: list[Element], resolver: Resolver) -> list[Element]:
    found: list[Element] = []
    for index, element in enumerate(elements):
        after = elements[index + 1] if index + 1 < len(elements) else None
        before = next((item for item in reversed(found) if isinstance(item, Item)), None)
        if isinstance(element, Unfinished):
            found.append(_number(element, before, after, found, resolver))
        elif isinstance(element, BareColumn):
            of_its_own = is_mark(after, "NOUN")  # "without a phone and gift orders"
            made = _bare_column(element, None if of_its_own else before, found, resolver)
            if made is not None:
                found.append(made)
        else:
            found.append(element)
    return found


def _number(
    element: Unfinished, before: Item | None, after: Element | None, found: list[Element], resolver: Resolver
) -> Item:
    amount = element.amount
    linked = bool(found) and isinstance(found[-1], Mark) and found[-1].kind in ("AND", "OR", "COMMA", "BUT")
    if before is not None and linked:
        if element.operator is not None and before.family == "filled":
            raise AskError(Ask(f'What does "{before.text} ... {element.text}" mean here?', (), "words", True))
        if element.operator is not None and before.column is not None and before.family is None:
            condition = resolver.compared(element.operator, None, amount, before.column)
            return Item(condition, None, element.text, before.column)
        if element.operator is None and before.family == "numbers":
            return Item(resolver.orders(_numbers(element)), "numbers", element.text)
        if element.operator is None and before.column is not None and before.family == f"={before.column}":
            text = plain(amount.value) if isinstance(amount, Amount) else element.text
            return Item(resolver.equals(before.column, text), before.family, element.text, before.column)
    if element.operator is None and _is_order(element, resolver):
        return Item(resolver.orders(_numbers(element)), "numbers", element.text)
    if element.operator is None and (zip_code := resolver.postal_code(element.text)) is not None:
        return Item(zip_code, "place", element.text)
    if element.operator is None and (number := resolver.identifier(element.text)) is not None:
        return Item(number, "numbers", element.text)
    if element.operator is None:
        hint = "" if after is None else f" {getattr(after, 'text', '')}"
        raise AskError(Ask(f'What does "{element.text}{hint}" mean here?', (), "words", True))
    condition = resolver.compared(element.operator, None, amount)
    return Item(condition, None, element.text)


def _numbers(element: Unfinished) -> NumberList:
    amount = element.amount
    if isinstance(amount, Span):
        return NumberList(((int(amount.low.value), int(amount.high.value)),))
    return NumberList((element.text,))


def _is_order(element: Unfinished, resolver: Resolver) -> bool:
    """A bare number is an order only where the sheet has that order."""
    try:
        named = resolver.orders(_numbers(element))
    except AskError:
        return False
    if resolver.facts.column(resolver.of_role("order_number", "order number")).complete:
        return True
    return looked_up([named], resolver.facts)[named.clause()] > 0


def _bare_column(element: BareColumn, before: Item | None, found: list[Element], resolver: Resolver) -> Item | None:
    said = before is not None and found[-1] is before and before.column in element.mention.columns
    if said and not element.mention.is_flag:
        return None  # "paid status": the value said it already
    linked = bool(found) and isinstance(found[-1], Mark) and found[-1].kind in ("AND", "OR", "COMMA")
    if before is not None and before.family == "empty" and is_mark(found[-1], "BUT"):
        column = resolver.column(element.mention)  # "no e-mail but a phone"
        return Item(Not(IsEmpty(column)), "filled", element.text, column)
    if linked and before is not None and before.family == "empty" and element.mention.is_flag:
        column = resolver.column(element.mention)
        without, marked = f"without {element.text}", f"{element.text} ones"
        answer = resolver.ask(f'How do you mean "{element.text}"?', (without, marked), "words").casefold()
        condition = resolver.marked(column)
        return Item(condition if answer == marked.casefold() else Not(condition), None, element.text, column)
    if linked and before is not None and before.family in ("empty", "filled") and not element.mention.is_flag:
        column = resolver.column(element.mention)
        empty = IsEmpty(column)
        return Item(empty if before.family == "empty" else Not(empty), before.family, element.text, column)
    if element.mention.role == "order_date" and element.text not in element.mention.columns:
        return None  # "orders placed", "orders that came in": every order was
    column = resolver.column(element.mention)
    condition = resolver.marked(column)
    return Item(condition, f"={column}", element.text, column)
