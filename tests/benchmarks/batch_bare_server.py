"""The bare pipe's server: one MCP tool that posts a shipment and fsyncs its label, nothing else."""

import base64
import os
import sys
from typing import Any

import httpx2
from mcp.server import MCPServer

from agent.sender import SAMPLE_SHIPPER
from tests.benchmarks.batch_stage import payload_of

URL, FOLDER = sys.argv[1], sys.argv[2]
server = MCPServer("bare", version="0", log_level="ERROR")
client = httpx2.AsyncClient(base_url=URL, limits=httpx2.Limits(max_connections=32))
state: dict[str, str] = {}


async def token() -> str:
    if "token" not in state:
        reply = await client.post(
            "/security/v1/oauth/token", data={"grant_type": "client_credentials"}, auth=("simulator", "simulator")
        )
        state["token"] = reply.json()["access_token"]
    return state["token"]


@server.tool()
async def create(number: int, reference: str) -> dict[str, str]:
    """Post one shipment."""
    headers = {"Authorization": f"Bearer {await token()}", "transId": reference, "transactionSrc": "bare"}
    reply = await client.post("/api/shipments/v2409/ship", json=body(number, reference), headers=headers)
    results = reply.json()["ShipmentResponse"]["ShipmentResults"]
    package = results["PackageResults"][0]
    label = base64.b64decode(package["ShippingLabel"]["GraphicImage"])
    descriptor = os.open(os.path.join(FOLDER, reference + ".zpl"), os.O_WRONLY | os.O_CREAT)  # noqa: PTH118
    os.write(descriptor, label)
    os.fsync(descriptor)
    os.close(descriptor)
    return {"tracking_number": package["TrackingNumber"]}


def body(number: int, reference: str) -> dict[str, Any]:
    """UPS's own form of the same shipment."""
    planned = payload_of(number)
    sender = SAMPLE_SHIPPER
    origin = {
        "AddressLine": sender.address.lines,
        "City": sender.address.city,
        "StateProvinceCode": sender.address.state,
        "PostalCode": sender.address.postal_code,
        "CountryCode": "US",
    }
    target = planned["ship_to"]["address"]
    destination = {
        "AddressLine": target["lines"],
        "City": target["city"],
        "StateProvinceCode": target["state"],
        "PostalCode": target["postal_code"],
        "CountryCode": "US",
    }
    account = sender.account_number
    package = {
        "Packaging": {"Code": "02"},
        "PackageWeight": {"UnitOfMeasurement": {"Code": "LBS", "Description": "Pounds"}, "Weight": "2.5"},
        "ReferenceNumber": [{"Code": "TN", "Value": reference}],
    }
    shipment = {
        "Description": "Goods",
        "Shipper": {
            "Name": sender.name,
            "ShipperNumber": account,
            "Phone": {"Number": sender.phone},
            "Address": origin,
        },
        "ShipTo": {"Name": planned["ship_to"]["name"], "Address": destination},
        "PaymentInformation": {"ShipmentCharge": [{"Type": "01", "BillShipper": {"AccountNumber": account}}]},
        "Service": {"Code": "03"},
        "Package": [package],
    }
    return {
        "ShipmentRequest": {
            "Request": {"RequestOption": "nonvalidate", "SubVersion": "2205"},
            "Shipment": shipment,
            "LabelSpecification": {
                "LabelImageFormat": {"Code": "ZPL"},
                "LabelStockSize": {"Height": "6", "Width": "4"},
            },
        }
    }


if __name__ == "__main__":
    server.run()
