"""UPS as a test writes it: answers in order, and what was asked."""

import json
from collections.abc import Callable
from typing import Any

from mcp_servers.ups.arguments import ShippingFindArguments
from mcp_servers.ups.outcome import fault_of, reply

NUMBER = "1ZSIMSIM0300000011"
REFERENCE = "SCABCDEFGH00000101"
LABEL = {"LabelImageFormat": {"Code": "zpl"}, "GraphicImage": "XlhBXlha"}


def answer(status: int, body: Any) -> Any:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return reply(status, content, "t")


def error(code: str, status: int = 400) -> Any:
    return answer(status, {"response": {"errors": [{"code": code, "message": "UPS's own words"}]}})


class Scripted:
    """UPS as written in the test; keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, Any, Any]] = []

    async def read(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Any = None,
        headers: Any = None,
        accept: Callable[[Any], bool] = lambda got: got.status == 200,
    ) -> Any:
        self.asked.append((method, path, json, params))
        got = self.answers.pop(0)
        if accept(got):
            return got
        raise fault_of(got)

    def tells(self, _refusal: Any) -> bool:
        """As a client alone: nobody else keeps a pace with it."""
        return False


def looked_for(**more: Any) -> ShippingFindArguments:
    return ShippingFindArguments(
        environment="simulator", reference=REFERENCE, shipper_number="A1B2C3", since="20261120", **more
    )


def tracked(**more: Any) -> dict[str, Any]:
    package = {"trackingNumber": NUMBER, "currentStatus": {"type": "M", "code": "MP", "statusCode": "003"}, **more}
    return {"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "package": [package]}]}}


NOTHING_TRACKED = {
    "trackResponse": {
        "shipment": [
            {"inquiryNumber": "x", "warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}]}
        ]
    }
}
