"""What a brain holds in its hands: the tools of one session, each call checked, announced and answered."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from agent.chat.state import SessionState
from agent.chat.tools.catalogue import all_tools
from agent.chat.tools.model_checks import ModelChecks
from agent.chat.tools.model_view import refusal_for_model
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

    def published(self) -> list[dict[str, Any]]:
        return [
            {
                "name": spec.name,
                "description": spec.description,
                "input_schema": spec.input_schema,
            }
            for spec in all_tools().values()
        ]

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self._call(name, arguments)
        except ShipchatError as refusal:
            told = refusal.as_dict() if self.checks is None else refusal_for_model(refusal)
            if name in LOOKING:
                return {"isError": True, **told}
            self.state.emit(ErrorShown(refusal.code, refusal.message, refusal.remedy, refusal.where, ends="call"))
            return {"isError": True, **told}

    async def _call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        spec = all_tools().get(name)
        if spec is None:
            raise error(UNKNOWN_TOOL, name=name, names=", ".join(all_tools()))
        try:
            checked = spec.arguments.model_validate(arguments)
        except ValidationError as fault:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors())
            raise error(BAD_ARGUMENTS, name=name, problems=problems) from None
        shown = ", ".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in arguments.items())
        self.state.emit(ToolCalled(name, shown, step_words(name, arguments)))
        if self.checks is None:
            return await spec.run(self.state, checked)
        earlier = self.state.result.error
        admitted = await self.checks.admit(name, checked)
        answer = await self.checks.answered(name, admitted, await spec.run(self.state, admitted))
        if earlier is not None and self.state.result.error is earlier:
            self.state.emit(ErrorCorrected(earlier["code"]))
        return answer
