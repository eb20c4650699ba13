"""Practice labels and forms: printer text, a picture, a minimal PDF. Every one says that it is not a real label."""

import base64
import io
from functools import cache
from typing import Any

from mcp_servers.ups.simulator.parcels import Json, as_list, at

PRACTICE = "PRACTICE - NOT A REAL LABEL"
_GIF_SIZE = (1400, 800)
_PRINTED = 1200  # the last 200 pixels of UPS's picture are blank


def label_lines(request: Json, number: int, tracking: str, service: str) -> dict[str, Any]:
    """What is printed on the label of package `number` (from 1)."""
    shipment = request["Shipment"]
    package = as_list(at(shipment, "Package"))[number - 1]
    references = [
        str(at(entry, "Value"))
        for entry in (*as_list(at(package, "ReferenceNumber")), *as_list(at(shipment, "ReferenceNumber")))
    ]
    weight = at(package, "PackageWeight") or {}
    return {
        "from": _party(at(shipment, "ShipFrom") or at(shipment, "Shipper")),
        "to": _addressee(shipment),
        "to_heading": "HOLD FOR PICKUP AT:" if at(shipment, "AlternateDeliveryAddress") else "SHIP TO:",
        "weight": f"{at(weight, 'Weight') or ''} {at(weight, 'UnitOfMeasurement', 'Code') or ''}".strip(),
        "count": f"{number} OF {len(as_list(at(shipment, 'Package')))}",
        "service": service,
        "tracking": tracking,
        "references": references[:2],
    }


def _addressee(shipment: Json) -> list[str]:
    """Where it goes: to the Access Point, under the name of who comes for it."""
    point = at(shipment, "AlternateDeliveryAddress")
    return [str(at(point, "AttentionName") or ""), *_party(point)] if point else _party(at(shipment, "ShipTo"))


def _party(party: Json) -> list[str]:
    address = party["Address"]
    place = " ".join(str(address[key]) for key in ("City", "StateProvinceCode", "PostalCode") if address.get(key))
    return [str(party.get("Name", "")), *map(str, as_list(address["AddressLine"])), place, str(address["CountryCode"])]


def render(format_code: str, lines: dict[str, Any]) -> str:
    """The label as base64, in ZPL, EPL, SPL or GIF."""
    content = _gif(lines) if format_code == "GIF" else _printer_text(format_code, lines).encode()
    return base64.b64encode(content).decode()


def _printer_text(format_code: str, lines: dict[str, Any]) -> str:
    if format_code == "ZPL":
        return _zpl(lines)
    rows = [PRACTICE, *lines["from"], *lines["to"], lines["service"], lines["tracking"], *lines["references"]]
    if format_code == "EPL":
        text = "".join(f'A20,{20 + 30 * index},0,3,1,1,N,"{_plain(row)}"\n' for index, row in enumerate(rows))
        return f'\nN\n{text}B20,900,0,1,3,6,150,B,"{lines["tracking"]}"\nP1\n'
    return "\n".join(("SPL", *map(_plain, rows), "END"))


def _plain(text: str) -> str:
    return text.replace('"', "'").replace("^", " ").replace("~", " ")


def _zpl(lines: dict[str, Any]) -> str:
    parts = ["\n^XA^CI28^PW812^LL1218", f"^FO30,30^A0N,28,28^FD{PRACTICE}^FS"]
    parts += [f"^FO30,{80 + 26 * index}^A0N,22,22^FD{_plain(row)}^FS" for index, row in enumerate(lines["from"])]
    parts.append(f"^FO560,80^A0N,26,26^FD{lines['weight']}^FS^FO560,110^A0N,26,26^FD{lines['count']}^FS")
    parts.append(f"^FO30,260^A0N,24,24^FD{lines['to_heading']}^FS")
    parts += [f"^FO60,{296 + 36 * index}^A0N,32,32^FD{_plain(row)}^FS" for index, row in enumerate(lines["to"])]
    parts.append(f"^FO30,560^GB750,3,3^FS^FO30,580^A0N,40,40^FD{lines['service'].upper()}^FS")
    parts.append(f"^FO30,640^A0N,28,28^FDTRACKING #: {lines['tracking']}^FS")
    parts.append(f"^FO60,700^BY3^BCN,220,N,N,N^FD{lines['tracking']}^FS")
    parts += [
        f"^FO30,{1000 + 40 * index}^A0N,30,30^FDRef {index + 1}: {_plain(row)}^FS"
        for index, row in enumerate(lines["references"])
    ]
    return "\n".join((*parts, "^XZ\n"))


def _gif(lines: dict[str, Any]) -> bytes:
    # Pillow is needed for pictures only.
    from PIL import Image, ImageDraw

    upright = Image.new("L", (_GIF_SIZE[1], _GIF_SIZE[0]), 255)
    pen = ImageDraw.Draw(upright)
    rows = [
        PRACTICE,
        "",
        *lines["from"],
        "",
        lines["to_heading"],
        *lines["to"],
        "",
        lines["service"],
        lines["tracking"],
    ]
    rows += [f"Ref {index}: {row}" for index, row in enumerate(lines["references"], 1)]
    font = _font()
    for index, row in enumerate(rows):
        pen.text((40, 40 + 40 * index), row, fill=0, font=font)
    for index, letter in enumerate(lines["tracking"].encode()):
        for bit in range(7):
            if letter >> bit & 1:
                pen.rectangle((40 + index * 40 + bit * 5, 960, 43 + index * 40 + bit * 5, _PRINTED - 40), fill=0)
    pen.rectangle((10, 10, _GIF_SIZE[1] - 10, _PRINTED - 10), outline=0, width=4)
    # UPS's picture lies on its side.
    picture = upright.rotate(90, expand=True)
    stream = io.BytesIO()
    picture.save(stream, "GIF")
    return stream.getvalue()


@cache
def _font() -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(32)


def invoice_pdf(request: Json, number: str) -> str:
    """A one-page PDF of the commercial invoice, as base64."""
    form = at(request, "Shipment", "ShipmentServiceOptions", "InternationalForms") or {}
    rows = [
        PRACTICE.replace("LABEL", "INVOICE"),
        f"Commercial invoice {at(form, 'InvoiceNumber')}",
        f"Shipment {number}",
    ]
    rows += [
        f"{at(product, 'Unit', 'Number')} x {' '.join(map(str, as_list(at(product, 'Description'))))}"
        f" @ {at(product, 'Unit', 'Value')} {at(form, 'CurrencyCode')}"
        for product in as_list(at(form, "Product"))
    ]
    text = "".join(f"({_pdf_text(row)}) Tj T* " for row in rows)
    stream = f"BT /F1 12 Tf 16 TL 60 760 Td {text}ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for index, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    content += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return base64.b64encode(content).decode()


def _pdf_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
