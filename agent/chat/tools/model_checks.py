"""What a language model may do on its own: look. Everything else is what the person said, or is asked.

A model reads headers, values and messages that strangers wrote, and may believe them. So its calls are compared with
shipchat's own reading of the person's words: where both agree they pass, where they differ the person is asked, and
where shipchat cannot read the words a preview says so (auto mode then waits for a person).
"""

import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from agent.brains.fencing import plain
from agent.brains.protocol import PROPOSALS
from agent.brains.speech_act import only_asks
from agent.chat.state import SessionState
from agent.chat.tools.cross_check import Difference, checked, difference
from agent.chat.tools.model_view import proposal_for_model, shared_values
from agent.errors import ErrorKind, error, is_refusal
from agent.mapping.columns import propose_mapping
from agent.mapping.template import constant_texts
from agent.opening.order_sheet import NO_HEADER
from agent.planning.ship_options import ACCOUNT_FIELDS
from agent.planning.ship_request import ShipRequest
from agent.sheet.fields import ADDRESS_FIELDS, FIELDS
from agent.sheet.header_meaning import look_up
from agent.understanding.proposing import spoken

ONE_PROPOSAL = ErrorKind(
    "E-2360", "There is already a proposal for this message.", "Say what you proposed; the person speaks next."
)
PERSON_SAID_NO = ErrorKind("E-2361", "The person does not want {tool}.", "Leave it, or ask what they want.")
NO_ADDRESS = ErrorKind(
    "E-2362", "{field} cannot be given for all rows: it comes from the sheet.", "Name the column that holds it."
)
PATH_NOT_SAID = ErrorKind(
    "E-2363", "{path} is not a path that you typed.", "Type it yourself; a model may not choose files."
)
ACCOUNT_NOT_SAID = ErrorKind(
    "E-2365",
    "The {what} {text!r} is not in the person's words.",
    "Ask the person to type whose account pays; never fill it in.",
)
ONLY_A_QUESTION = ErrorKind(
    "E-2364", "The person only asked something.", "Answer the question; propose nothing until they say what to do."
)
SECOND_READING = "I could not check this selection against your words: look at the rows."

EFFECTS = frozenset({"set_default", "set_column", "resume_batch", "cancel_batch", "mappings"})
"""Take effect at once, so the person confirms what they did not say."""

WITHOUT_A_SHEET = frozenset(
    {"open_sheet", "ask_person", "batches", "queue_read", "queue_propose", "cancel_batch", "pause_batch", "help"}
)
"""Read no header."""

VALUES_TOLD = 100
"""How many different values of a column a model is told; more are looked for with a filter."""

OwnReading = Callable[[SessionState, str], Awaitable[list[tuple[str, dict[str, Any]]] | None]]
"""The calls that shipchat itself reads in a message; None where it cannot tell."""


@dataclass(slots=True)
class ModelChecks:
    """Before the tools, for one message of the person."""

    state: SessionState
    said: str
    read: OwnReading
    proposed: bool = False

    async def admit(self, tool: str, arguments: BaseModel) -> BaseModel:
        """The arguments to call the tool with: the model's, or shipchat's own where the person chose those.

        Raises:
            ShipchatError: E-236x for what a model may not do, or the person refused.
        """
        if self.proposed and tool in PROPOSALS | EFFECTS | {"open_sheet"}:
            raise error(ONE_PROPOSAL)
        if tool in PROPOSALS | EFFECTS and only_asks(self.said):
            raise error(ONLY_A_QUESTION)
        self._check_account(arguments)
        if tool not in WITHOUT_A_SHEET:
            self._check_header()
            self._check_clauses(arguments)
        if tool == "open_sheet":
            self._check_path(str(getattr(arguments, "path", "")))
        # Also `cell:14:city`, as answers for one cell are kept.
        if tool == "set_default" and getattr(arguments, "field", "").casefold().rpartition(":")[2] in ADDRESS_FIELDS:
            raise error(NO_ADDRESS, field=plain(getattr(arguments, "field", "")))
        if tool == "mappings":
            self._check_expression(
                getattr(arguments, "field", None) or "", getattr(arguments, "expression", None) or ""
            )
        return await self._as_said(tool, arguments) if tool in PROPOSALS | EFFECTS else arguments

    async def _as_said(self, tool: str, arguments: BaseModel) -> BaseModel:
        own = await self.read(self.state, self.said)
        if own is None and tool in PROPOSALS:
            arguments = await self._in_plain_terms(arguments)
            if SECOND_READING not in self.state.model_turn.doubts:
                self.state.model_turn.doubts.append(SECOND_READING)
            return arguments
        own = own or []
        if any(name == tool and self._agree(arguments, given) for name, given in own):
            return arguments
        proposed = self._as_proposal(tool, arguments)
        mine = next((found for call in own if (found := self._as_proposal(*call)) is not None), None)
        if proposed is None or mine is None:
            arguments = await self._in_plain_terms(arguments)
            await self._confirm(tool, arguments)
            return arguments
        mapped = next((column for column, role in self.state.sheet.roles.items() if role == "service"), None)
        apart = await difference(self.state.sheet.data, mine, proposed, mapped)
        if apart:
            return await self._choose(tool, arguments, mine, apart)
        if tool != "propose_shipment":
            return arguments
        # Both do the same, so ours is taken: what is shown and approved is made of our clause, not of a model's.
        ignored = list(dict.fromkeys([*mine.ignored, *self._words_of(proposed)]))
        more = {"quote_all": mine.quote_all or proposed.quote_all, "ignored": ignored}
        return mine.model_copy(update=more)

    async def answered(self, tool: str, arguments: BaseModel, answer: dict[str, Any]) -> dict[str, Any]:
        """What of a tool's answer goes to the model. One proposal is enough for one message."""
        self.proposed = self.proposed or tool in PROPOSALS
        if tool in PROPOSALS:
            return proposal_for_model(answer)
        if tool == "column_values":
            return self._values(str(getattr(arguments, "column", "")), answer)
        group = getattr(arguments, "group_by", None) if tool == "aggregate" else None
        return answer if group is None else await self._groups(group, answer)

    def _values(self, column: str, answer: dict[str, Any]) -> dict[str, Any]:
        values = answer.get("values", [])
        if not self._known(column):
            shared = shared_values(values)
            kept = [value for value in values if value["value"].strip().casefold() in shared]
            withheld = {"held_by_one_row": len(values) - len(kept)} if len(kept) < len(values) else {}
            answer, values = answer | {"values": kept} | withheld, kept
        return answer | {"values": values[:VALUES_TOLD], "more": True} if len(values) > VALUES_TOLD else answer

    async def _groups(self, column: str, answer: dict[str, Any]) -> dict[str, Any]:
        """Groups are told where their names may be: few, and not of people (the data server knows)."""
        listed = await self.state.sheet.data("get_column_values", {"column": column, "limit": VALUES_TOLD})
        rows = answer["rows"]
        if not is_refusal(listed) and listed["distinct_count"] <= VALUES_TOLD:
            shared = shared_values(listed["values"])
            if self._known(column) or all(str(row[0]).strip().casefold() in shared for row in rows):
                return answer
        return {"groups": len(rows), "shown": "on the person's screen"}

    def _known(self, column: str) -> bool:
        """Whether a column is known to hold no people's data: then the values of a single row may be told too."""
        roles = {name.casefold(): role for name, role in self.state.sheet.roles.items()}
        field = FIELDS.get(roles.get(column.casefold(), ""))
        known = field or look_up(column)
        return known is not None and not known.personal

    def _check_clauses(self, arguments: BaseModel) -> None:
        # With the parser, which only a model needs: the offline reading starts without.
        from agent.chat.tools.people_clause import check_people_clause

        sheet = self.state.sheet.open
        rules = getattr(arguments, "service_rules", None) or []
        for clause in (getattr(arguments, "where", None), *(rule.where for rule in rules)):
            if sheet is not None and clause:
                check_people_clause(clause, sheet.people, self.state.person.said)

    def _check_header(self) -> None:
        """A sheet without names of columns has a person's cells in their place."""
        sheet = self.state.sheet.open
        if sheet is None or self.state.sheet.roles:
            return
        if not propose_mapping(sheet.columns, {}).known_columns:
            raise error(NO_HEADER, where=sheet.name, sheet=sheet.name, row=sheet.answer.get("header_row") or 1)

    def _agree(self, arguments: BaseModel, given: dict[str, Any]) -> bool:
        """Whether a call is the one that was read; naming the last batch, where the words mean it, is the same."""
        ours = type(arguments).model_validate(given).model_dump(exclude_defaults=True)
        theirs = arguments.model_dump(exclude_defaults=True)
        more = {key: value for key, value in theirs.items() if ours.get(key) != value}
        last = self.state.conversation.last_job_id
        unsaid = all(key == "job_id" and key not in ours and value == last for key, value in more.items())
        return ours.keys() <= theirs.keys() and unsaid

    def _as_proposal(self, tool: str, arguments: BaseModel | dict[str, Any]) -> ShipRequest | None:
        """What a call would propose to ship; None for other tools. Leaving rows out changes the last proposal."""
        given = arguments if isinstance(arguments, dict) else arguments.model_dump()
        if tool == "propose_shipment":
            return ShipRequest.model_validate(given)
        last = self.state.conversation.proposal
        if tool == "leave_out" and last is not None:
            proposal = ShipRequest.model_validate(last)
            return proposal.model_copy(update={"left_out": sorted({*proposal.left_out, *given["sheet_rows"]})})
        return None

    async def _choose(self, tool: str, arguments: BaseModel, mine: ShipRequest, apart: Difference) -> BaseModel:
        """Two readings that differ: the person says which one is meant."""
        literal, model, neither = f"As shipchat reads it: {mine.in_words}", f"As the model does: {apart}", "Neither"
        choice = await self.state.ask(
            f"“{plain(self.said)}” can be read in two ways. Which did you mean?",
            [literal, model, neither],
            remember=False,
        )
        if choice == model:
            return await self._in_plain_terms(arguments)
        if choice == literal and tool == "propose_shipment":
            return mine
        raise error(PERSON_SAID_NO, tool="this proposal")

    async def _confirm(self, tool: str, arguments: BaseModel) -> None:
        given = ", ".join(f"{key} {value}" for key, value in arguments.model_dump(exclude_defaults=True).items())
        what = plain(f"{tool.replace('_', ' ')}{f' ({given})' if given else ''}")
        choice = await self.state.ask(
            f"The model wants to {what}; I do not find that in your words. Do it?", ["No", "Yes"], remember=False
        )
        if choice != "Yes":
            raise error(PERSON_SAID_NO, tool=tool)

    def _check_expression(self, name: str, expression: str) -> None:
        """An address comes from columns: what a model adds may join them (`", "`) and say nothing."""
        if name.casefold() in ADDRESS_FIELDS and expression:
            added = constant_texts(expression, name)
            if any(letter.isalnum() for text in added for letter in text):
                raise error(NO_ADDRESS, field=plain(name))

    def _check_account(self, arguments: BaseModel) -> None:
        """Who pays is the person's to say: a model may point at their words, and supplies no account of its own."""
        options = getattr(arguments, "options", None)
        said = " ".join(self.state.person.said)
        for name in ACCOUNT_FIELDS:
            text = getattr(options, name, None)
            if text and not re.search(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])", said, re.IGNORECASE):
                raise error(ACCOUNT_NOT_SAID, what=name.replace("_", " "), text=plain(text))

    def _check_path(self, path: str) -> None:
        """A path is one that the person typed as a whole: a part of one names another file."""
        whole = rf"(?<![^\s\"'“”‘’@(,]){re.escape(path)}(?![^\s\"'“”‘’),.!?;:]|[.,:;]\S)"
        # What is a path altogether (the sheet that the session was started with) names that file and no other.
        said = [path == words if os.path.exists(words) else re.search(whole, words) for words in self.state.person.said]  # noqa: PTH110 - a sentence may be too long for a path
        if not path.strip() or not any(said):
            raise error(PATH_NOT_SAID, path=plain(path))

    async def _in_plain_terms(self, arguments: BaseModel) -> BaseModel:
        """A proposal called by its clause: what a model says of it may be untrue, and is what the person approves.

        The clauses are those that the data server writes, so that no comment in them says anything either.
        """
        if not isinstance(arguments, ShipRequest):
            return arguments
        data = self.state.sheet.data
        where, _ = await checked(data, arguments.where)
        _, others = await checked(data, f"NOT ({where})")
        said = where if others else "every row" if where.upper() == "TRUE" else f"every row ({where})"
        rules = [
            rule.model_copy(update={"where": (await checked(data, rule.where))[0]}) for rule in arguments.service_rules
        ]
        words = spoken(arguments.model_dump() | {"in_words": said})
        ours = {"where": where, "service_rules": rules, "in_words": words, "ignored": self._words_of(arguments)}
        return arguments.model_copy(update=ours)

    def _words_of(self, proposed: ShipRequest) -> list[str]:
        """Of the words that a model says it could not place, the person's own: the preview shows no others."""
        said = self.said.casefold()
        return [words for words in proposed.ignored if words.strip() and words.casefold() in said]
