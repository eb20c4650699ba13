"""Talk about the last preview: narrow it, widen it, leave rows out, another service, a correction, a comparison."""

import re
from typing import Any, Final

from agent.brains.language.actions import Ask, AskError, SayError, ToolRequest
from agent.brains.language.composing import PRONOUNS, Selection, compose, stripped, without_cuts
from agent.brains.language.conditions import Condition, Everything, Not, RowIs, columns_of
from agent.brains.language.elements import BareColumn, Cut, Element, Item, Mark, Service, Unfinished, is_mark
from agent.brains.language.openings import opening
from agent.brains.language.requesting import (
    WAYS,
    code_of,
    condition_words,
    cut_arguments,
    request,
    service_arguments,
    spoken,
)
from agent.brains.language.resolving import Resolver
from agent.brains.language.ruling import INSTEAD, WIDER, rest_of_sheet, ruled, with_rule
from agent.brains.language.scanner import scan
from agent.brains.language.shipping import FLAGS, read_command
from agent.brains.language.staying import without_staying
from agent.brains.protocol import Conversation

_COMPARE: Final = opening("refining", "compare")
_ONLY: Final = opening("refining", "only")
_ADD: Final = opening("refining", "add")
_CORRECT: Final = opening("refining", "correct")
_EXCLUDE: Final = opening("refining", "exclude")
_BOTH: Final = ("where", "in_words")
_NARROW: Final = "only those of the preview"


def refine(
    text: str, elements: list[Element], conversation: Conversation, resolver: Resolver, ignored: list[str]
) -> ToolRequest | None:
    """The changed proposal; None when the message is a command of its own.

    Raises:
        AskError: where it is not clear how the change is meant.
    """
    if conversation.proposal is None or _ships_again(elements):
        return None
    proposal = conversation.proposal | {"in_words": condition_words(conversation.proposal)}
    changed = _refined(text, elements, proposal, resolver, ignored)
    if changed is not None and changed.name == "propose_shipment":
        changed.arguments["in_words"] = spoken(changed.arguments)
    return changed


def _refined(
    text: str, elements: list[Element], proposal: dict[str, Any], resolver: Resolver, ignored: list[str]
) -> ToolRequest | None:
    flags = {FLAGS[mark.kind] for mark in elements if isinstance(mark, Mark) and mark.kind in FLAGS}
    nouns = {e.text.casefold() for e in elements if is_mark(e, "NOUN")}
    if flags and nouns <= PRONOUNS and not any(isinstance(e, (Item, Cut, Service, Unfinished)) for e in elements):
        return ToolRequest("propose_shipment", proposal | dict.fromkeys(sorted(flags), True))
    services = [element for element in elements if isinstance(element, Service)]
    if len(services) == 1 and _says_for_whom(elements):
        return _with_rule(services[0], elements, proposal, resolver)
    rest = next((e for e in elements if is_mark(e, "REST")), None)
    if rest is not None and len(services) == 1 and not any(isinstance(e, (Item, Cut, Unfinished)) for e in elements):
        return rest_of_sheet(rest, services[0], proposal, resolver)
    going, staying = without_staying(elements, resolver)
    if staying is not None and not services and not stripped(going):
        return ToolRequest("propose_shipment", proposal | _joined(proposal, "AND", Not(staying)))
    kept, cuts = without_cuts([e for e in elements if not isinstance(e, Service)])
    items = [element for element in kept if isinstance(element, Item)]
    if len(services) == 1 and (found := ruled(text, elements, proposal, resolver)) is not None:
        return found
    if len(services) > 1 and not _has_verb(elements):
        return _with_rules(elements, proposal, resolver)
    if _has_verb(elements) and not _only_pronouns(kept, items, cuts):
        return None
    if services and not items and not cuts and _only_pronouns(kept, items, cuts):
        return _with_service(services[0], proposal | dict.fromkeys(sorted(flags), True), resolver)
    if services and not _marked(text):
        return None
    changed = _changed(text, kept, cuts, proposal, resolver)
    if changed is not None and services:
        changed = ToolRequest("propose_shipment", _service_changed(services[0], changed.arguments, resolver))
    if changed is not None and ignored:
        changed.arguments["ignored"] = list(ignored)
    return changed


def _says_for_whom(elements: list[Element]) -> bool:
    """`next day air for anything over $200`, without a verb: a rule for some of the preview's rows."""
    at = next(index for index, element in enumerate(elements) if isinstance(element, Service))
    after = elements[at + 1 : at + 2]
    begun = not stripped(elements[:at])
    return not _has_verb(elements) and begun and any(is_mark(e, "FOR", "IF") for e in after)


def _with_rule(service: Service, elements: list[Element], proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    condition = compose(stripped([e for e in elements if not isinstance(e, (Service, Cut))]), resolver).condition
    return with_rule(condition, service, proposal, resolver)


def compared_services(text: str, conversation: Conversation, resolver: Resolver) -> ToolRequest | None:
    """`what would 3-day cost?`, `compare ground and 2 day`: prices of the preview's rows by other services."""
    if conversation.proposal is None or not _COMPARE.match(text.strip()):
        return None
    lexemes = scan(text, resolver.facts, resolver.today, resolver.answers)
    services = [lexeme.kinds["SERVICE"] for lexeme in lexemes if "SERVICE" in lexeme.kinds]
    about_rows = any(
        lexeme.may_be("PLACE", "VALUE", "PERIOD", "AMOUNT") and "SERVICE" not in lexeme.kinds for lexeme in lexemes
    )
    if not services or about_rows:
        return None
    codes = [code_of(Service(mention, mention.phrase), resolver) for mention in services]
    return ToolRequest("compare_services", {"services": list(dict.fromkeys(codes))})


def _marked(text: str) -> bool:
    return any(pattern.search(text) for pattern in (_ONLY, _ADD, _CORRECT, _EXCLUDE))


def _ships_again(elements: list[Element]) -> bool:
    """`re-ship order A-102`: a command of its own."""
    first = elements[0] if elements else None
    named = any(isinstance(element, Item) for element in elements)
    return is_mark(first, "RESHIP") and named


def _has_verb(elements: list[Element]) -> bool:
    return any(is_mark(e, "SHIP") for e in elements)


def _only_pronouns(kept: list[Element], items: list[Item], cuts: list[Cut]) -> bool:
    nouns = [e.text.casefold() for e in kept if is_mark(e, "NOUN")]
    return (
        not items
        and not cuts
        and not any(isinstance(e, (Unfinished, BareColumn)) for e in kept)
        and all(noun in PRONOUNS or (noun in ("all", "everything") and not _has_verb(kept)) for noun in nouns)
        and not any(is_mark(e, "EXCEPT") for e in kept)
    )


def _with_service(service: Service, proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    return ToolRequest("propose_shipment", _service_changed(service, dict(proposal), resolver))


def _service_changed(service: Service, arguments: dict[str, Any], resolver: Resolver) -> dict[str, Any]:
    kept = {key: value for key, value in arguments.items() if key not in WAYS}
    return kept | service_arguments(service, resolver, required=True)


def _with_rules(elements: list[Element], proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    command = read_command(elements, resolver)
    made = request(command, resolver, []).arguments
    kept = {key: value for key, value in proposal.items() if key not in WAYS}
    new = {key: made[key] for key in ("service", "service_column", "service_rules") if key in made}
    if "service" not in new and "service_column" not in new:
        new |= {key: proposal[key] for key in ("service", "service_column") if key in proposal}
    return ToolRequest("propose_shipment", kept | new)


def _changed(
    text: str, kept: list[Element], cuts: list[Cut], proposal: dict[str, Any], resolver: Resolver
) -> ToolRequest | None:
    correction, exclusion = bool(_CORRECT.search(text)), bool(_EXCLUDE.match(_CORRECT.sub("", text)))
    only, add = bool(_ONLY.match(text)), bool(_ADD.search(text))
    if exclusion and not only:
        return _left_out(kept, proposal, resolver)
    kept, cuts = _counts(kept, cuts) if only else (kept, cuts)
    selection = compose(stripped([e for e in kept if not is_mark(e, "ONLY", "ADD", "HAVE")]), resolver)
    condition = selection.condition
    if cuts and not only and not correction and isinstance(condition, Everything):
        only = True
    if not selection.named and not cuts:
        raise AskError(Ask("How shall I change the preview?", (), "words", True))
    if only:
        return _narrowed(condition, cuts, proposal, resolver)
    if add:
        return _widened(condition, proposal)
    if correction:
        return _corrected(condition, cuts, proposal, resolver)
    return _asked(condition, selection, cuts, proposal, resolver)


def _counts(kept: list[Element], cuts: list[Cut]) -> tuple[list[Element], list[Cut]]:
    """`limit it to 3`."""
    numbers = [e for e in kept if isinstance(e, Unfinished) and e.operator is None and e.text.isdigit()]
    if len(numbers) != 1 or cuts or any(isinstance(e, Item) for e in kept):
        return kept, cuts
    return [e for e in kept if e is not numbers[0]], [Cut("first", int(numbers[0].text), text=numbers[0].text)]


def _left_out(kept: list[Element], proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    inner = [e for e in kept if not is_mark(e, "EXCEPT", "NOT", "HAVE", "ONLY")]
    condition = compose(stripped(inner), resolver).condition
    if isinstance(condition, RowIs):
        rows = [row for first, last in condition.rows for row in range(first, last + 1)]
        return ToolRequest("leave_out", {"sheet_rows": rows})
    if isinstance(condition, Everything):
        raise AskError(Ask("What shall I leave out?", (), "words", True))
    return ToolRequest("propose_shipment", proposal | _joined(proposal, "AND", Not(condition)))


def _narrowed(condition: Condition, cuts: list[Cut], proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    arguments = dict(proposal)
    if not isinstance(condition, Everything):
        arguments |= _joined(proposal, "AND", condition)
    cut = cut_arguments(cuts, resolver) if cuts else {}
    if cut and any(key in proposal for key in ("limit", "every", "sample")) and "limit" not in cut:
        raise SayError("The preview is cut to some rows already. Say the whole command again.")
    if cut.get("limit") and proposal.get("limit"):
        cut["limit"] = min(cut["limit"], proposal["limit"]) if "order_by" not in cut else cut["limit"]
    return ToolRequest("propose_shipment", arguments | cut)


def _widened(condition: Condition, proposal: dict[str, Any]) -> ToolRequest:
    if any(key in proposal for key in ("limit", "every", "sample")):
        raise SayError("The preview is cut to some rows, so I cannot add to it. Say the whole command again.")
    if isinstance(condition, Everything):
        raise AskError(Ask("What shall I add?", (), "words", True))
    return ToolRequest("propose_shipment", proposal | _joined(proposal, "OR", condition))


def _joined(proposal: dict[str, Any], word: str, condition: Condition) -> dict[str, Any]:
    """Old and new in parentheses each, so that neither widens the other."""
    old, old_words = proposal.get("where", "TRUE"), proposal.get("in_words", "all orders")
    if old == "TRUE" and word == "AND":
        return {"where": condition.clause(), "in_words": condition.words()}
    spoken = "and" if word == "AND" else "or"
    return {
        "where": f"({old}) {word} ({condition.clause()})",
        "in_words": f"({old_words}) {spoken} ({condition.words()})",
    }


def _corrected(condition: Condition, cuts: list[Cut], proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    """The part of the old selection that is about the same columns is replaced."""
    if cuts and isinstance(condition, Everything):
        cut = cut_arguments(cuts, resolver)
        kept = {
            key: value for key, value in proposal.items() if key not in ("limit", "every", "sample", "seed", "order_by")
        }
        return ToolRequest("propose_shipment", kept | cut)
    columns = {*columns_of(condition)}
    parts = conjuncts(proposal.get("where", "TRUE"))
    about = [index for index, part in enumerate(parts) if _columns_in(part) & columns]
    if len(about) != 1 or _columns_in(parts[about[0]]) - columns:
        whole = "only that, nothing else of the old selection"
        question = f"What shall I ship now: {condition.words()}?"
        answer = resolver.ask(
            question, (whole, "that in addition to the old selection", "what both have in common"), "reading"
        )
        if answer.casefold() == whole:
            return ToolRequest(
                "propose_shipment", proposal | {"where": condition.clause(), "in_words": condition.words()}
            )
        return (
            _widened(condition, proposal)
            if answer.startswith("that in")
            else ToolRequest("propose_shipment", proposal | _joined(proposal, "AND", condition))
        )
    words = proposal.get("in_words", "").split(" and ")
    parts[about[0]] = condition.clause() if len(parts) == 1 else f"({condition.clause()})"
    if len(words) == len(parts):
        words[about[0]] = condition.words()
        spoken = " and ".join(words)
    else:
        spoken = f"{proposal.get('in_words', '')}, corrected: {condition.words()}"
    return ToolRequest("propose_shipment", proposal | {"where": " AND ".join(parts), "in_words": spoken})


def _asked(
    condition: Condition, selection: Selection, cuts: list[Cut], proposal: dict[str, Any], resolver: Resolver
) -> ToolRequest | None:
    if cuts and isinstance(condition, Everything):
        return _narrowed(condition, cuts, proposal, resolver)
    answer = resolver.ask(f"{condition.words()}: how do you mean it?", (_NARROW, WIDER, INSTEAD), "reading").casefold()
    if answer == _NARROW:
        return _narrowed(condition, cuts, proposal, resolver)
    if answer == WIDER:
        return _widened(condition, proposal)
    return ToolRequest("propose_shipment", proposal | {"where": condition.clause(), "in_words": condition.words()})


def conjuncts(clause: str) -> list[str]:
    """The parts of a clause that its outermost ANDs join; the whole clause where an outermost OR makes it one."""
    parts, depth, start, quote = [], 0, 0, ""
    index = 0
    between = False
    while index < len(clause):
        letter = clause[index]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif depth == 0 and clause.startswith(" BETWEEN ", index):
            between = True
        elif depth == 0 and clause.startswith(" OR ", index):
            return [clause]
        elif depth == 0 and clause.startswith(" AND ", index):
            if between:
                between = False
            else:
                parts.append(clause[start:index])
                start = index + 5
        index += 1
    return [*parts, clause[start:]]


def _columns_in(clause: str) -> set[str]:
    bare = re.sub(r"'(?:[^']|'')*'", "", clause)
    found = {name.replace('""', '"') for name in re.findall(r'"((?:[^"]|"")+)"', bare)}
    return found | ({"sheet_row"} if "sheet_row" in bare else set())
