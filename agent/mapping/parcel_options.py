"""A Saturday and UPS's packaging of a row, into its payload; what the service or the day does not allow stops it."""

from datetime import date
from decimal import Decimal
from typing import Any

from agent.mapping import faults as mapping_faults
from agent.mapping.instructions import Asked
from agent.mapping.row import RowReader
from agent.sheet.instructions import read_packaging_answer
from agent.shipping import faults
from agent.shipping.parcel_options import OWN, PACKAGINGS, Parcel, check_packaging, check_saturday
from agent.shipping.verdict import Changed, reject
from agent.shipping.weights import Weight


def add_options(reader: RowReader, asked: Asked, payload: dict[str, Any], day: date) -> None:
    """Fill in what the rows of a shipment ask for; `day` is when it starts. Findings go to the reader."""
    service = payload["service_code"]
    if asked.saturday and service:
        reader.findings.take(check_saturday(service, day), asked.saturday)
        payload["saturday_delivery"] = True
    codes = {code for code, _ in asked.packagings}
    if len(codes) > 1:
        cells = ", ".join(dict.fromkeys(cell for _, cell in asked.packagings))
        reader.findings.take(reject(faults.PACKAGINGS_DIFFER, cells, cell=cells), asked.packaging_column)
    elif codes:
        _pack(reader, codes.pop(), service, payload["packages"], asked.packaging_column)
    elif (said := reader.answers.text("packaging")) is not None:
        code = packaging_named(said)
        if code is None:
            choices = ", ".join(PACKAGINGS.values())
            reader.findings.take(reject(mapping_faults.UNKNOWN_PACKAGING, cell=said, choices=choices), "packaging")
        else:
            _pack(reader, code, service, payload["packages"], "packaging")


def packaging_named(text: str) -> str | None:
    """The code of what a person names for all rows: `02`, `my own packaging`, `UPS Pak`."""
    return OWN if text.strip() == OWN else read_packaging_answer(text)


def _pack(reader: RowReader, code: str, service: str | None, packages: list[dict[str, Any]], column: str) -> None:
    if code == OWN or not service:
        return
    weights = [Weight(Decimal(one["weight"]["value"]), one["weight"]["unit"]) for one in packages if "weight" in one]
    heaviest = max(weights, key=lambda weight: weight.to("KGS").value, default=None)
    reader.findings.take(check_packaging(code, service, Parcel(len(packages), heaviest)), column)
    for package in packages:
        package["packaging_code"] = code
    sizes = [package.pop("dimensions") for package in packages if "dimensions" in package]
    if sizes:
        before = " x ".join(str(sizes[0][side]) for side in ("length", "width", "height")) + f" {sizes[0]['unit']}"
        reader.take(Changed(None, before, "", f"a {PACKAGINGS[code]} has its own size"), "dimensions")
