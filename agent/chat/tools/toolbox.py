"""What a brain holds in its hands: the tools of one session, each call checked, announced and answered."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from agent.brains.fencing import plain
from agent.chat.state import SessionState
from agent.chat.tools.catalogue import all_tools
from agent.chat.tools.model_checks import ModelChecks
from agent.chat.tools.model_view import refusal_for_model
from agent.chat.tools.own_tools import NOBODY_THERE, OwnTools
from agent.chat.tools.step_words import step_words
from agent.errors import ErrorKind, ShipchatError, error
from agent.events import ErrorCorrected, ErrorShown, ToolCalled

UNKNOWN_TOOL = ErrorKind("E-2310", "There is no tool {name}.", "Use one of: {names}.")
BAD_ARGUMENTS = ErrorKind("E-2311", "The arguments of {name} do not fit: {problems}.", "Call it again, corrected.")

LOOKING = frozenset({"describe_sheet", "column_values"})
"""A brain that looks around and is refused has not failed the person yet."""


@dataclass(slots=True)
class SessionToolbox:
    """Implements `agent.brains.protocol.Toolbox`; a refusal is an answer, so that a brain can react to it."""

    state: SessionState
    checks: ModelChecks | None = None
    """Before a language model; shipchat's own reading needs none."""
    own_tools: OwnTools | None = None
    """Of the person's own servers; for a language model only, and after ours."""

    def published(self) -> list[dict[str, Any]]:
        return [
            {
                "name": spec.name,
                "description": spec.description,
                "input_schema": spec.input_schema,
            }
            for spec in all_tools().values()
        ] + (self.own_tools.published() if self.own_tools is not None else [])

    async def described(self) -> dict[str, Any] | None:
        """The open sheet as the model is told it with a message; no call of its own, so that nobody sees one."""
        if self.state.sheet.open is None:
            return None
        spec = all_tools()["describe_sheet"]
        try:
            if self.checks is not None:
                await self.checks.admit(spec.name, spec.arguments())
            return await spec.run(self.state, spec.arguments())
        except ShipchatError as refusal:
            return {"isError": True, **refusal_for_model(refusal)}

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await self._answered(name, arguments, self.state)

    async def look(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await self._answered(name, arguments, self.state.unheard())

    async def _answered(self, name: str, arguments: dict[str, Any], state: SessionState) -> dict[str, Any]:
        try:
            return await self._call(name, arguments, state)
        except ShipchatError as refusal:
            answer = refusal.as_dict() if self.checks is None else refusal_for_model(refusal)
            if name in LOOKING:
                return {"isError": True, **answer}
            state.emit(ErrorShown(refusal.code, refusal.message, refusal.remedy, refusal.where, ends="call"))
            return {"isError": True, **answer}

    async def _call(self, name: str, arguments: dict[str, Any], state: SessionState) -> dict[str, Any]:
        spec = all_tools().get(name)
        if spec is None and self.own_tools is not None and name in self.own_tools.tools:
            return await self.own_tools.call(name, arguments, proposed=self.checks is not None and self.checks.proposed)
        if spec is None:
            own = self.own_tools.tools if self.own_tools is not None else ()
            raise error(UNKNOWN_TOOL, name=plain(name), names=", ".join([*all_tools(), *own]))
        try:
            checked = spec.arguments.model_validate(arguments)
        except ValidationError as fault:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors())
            raise error(BAD_ARGUMENTS, name=name, problems=plain(problems, 1000)) from None
        shown = ", ".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in arguments.items())
        state.emit(ToolCalled(name, shown, step_words(name, arguments)))
        if self.checks is None:
            return await spec.run(state, checked)
        earlier = self.state.result.error
        admitted = await self.checks.admit(name, checked)
        answer = await self.checks.answered(name, admitted, await spec.run(state, admitted))
        if earlier is not None and self.state.result.error is earlier and earlier["code"] != NOBODY_THERE.code:
            self.state.emit(ErrorCorrected(earlier["code"]))
        return answer
