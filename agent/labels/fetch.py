"""Pictures of labels that came as printer text: UPS hands its labels out again, in the format that is asked for."""

from dataclasses import replace
from pathlib import Path

from agent.errors import from_reply, is_refusal
from agent.labels.label import Label
from agent.tool_caller import ToolCaller


async def pictures_from_ups(ups: ToolCaller, environment: str, labels: list[Label]) -> list[Label]:
    """The labels with GIF files beside those that they have; pictures are left as they are.

    Raises:
        ShipchatError: as the UPS server's `label_recover` refuses.
    """
    return [label if label.format == "gif" else await _picture(ups, environment, label) for label in labels]


async def _picture(ups: ToolCaller, environment: str, label: Label) -> Label:
    arguments = {
        "environment": environment,
        "tracking_number": label.tracking_number,
        "label": {"format": "GIF"},
        "label_path": str(label.path.parent),
    }
    reply = await ups("label_recover", arguments)
    if is_refusal(reply):
        refusal = from_reply(reply)
        refusal.where = f"row {label.sheet_row}"
        raise refusal
    numbers = reply["trackingNumbers"]
    index = numbers.index(label.tracking_number) if label.tracking_number in numbers else 0
    return replace(label, path=Path(reply["labelPaths"][index]), sha256=reply["labelSha256s"][index])
