"""Half a label is no label; a whole one is stored byte for byte, whatever form UPS gave it."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from mcp_servers.ups.label_images import flaw
from mcp_servers.ups.labels import read_label
from mcp_servers.ups.models import Label
from mcp_servers.ups.simulator.pictures import invoice_pdf, render

LINES = {
    "from": ["Harbor Books"],
    "to": ["Robin Field"],
    "to_heading": "SHIP TO:",
    "weight": "5 LBS",
    "count": "1 OF 1",
    "service": "Ground",
    "tracking": "1ZSIMSIM0300000011",
    "references": ["ORD-1"],
}


def picture(form: str) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((400, 600), 90).convert("P").save(stream, form)
    return stream.getvalue()


WHOLE = {
    "zpl": base64.b64decode(render("ZPL", LINES)),
    "epl": base64.b64decode(render("EPL", LINES)),
    "gif": picture("GIF"),
    "png": picture("PNG"),
    "pdf": base64.b64decode(invoice_pdf({"Shipment": {}}, "1ZSIMSIM0300000011")),
}


@pytest.mark.parametrize("suffix", WHOLE)
def test_a_whole_label_has_no_flaw(suffix: str) -> None:
    assert flaw(WHOLE[suffix], suffix) is None


@pytest.mark.parametrize("suffix", WHOLE)
@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9])
def test_a_part_of_one_is_cut_off(suffix: str, part: float) -> None:
    content = WHOLE[suffix]
    assert flaw(content[: int(len(content) * part)], suffix) is not None


@pytest.mark.parametrize("suffix", ["zpl", "pdf", "gif"])
def test_a_text_is_no_label(suffix: str) -> None:
    assert flaw(b"<html>The page cannot be displayed.</html>", suffix) is not None


def test_a_picture_is_one_whatever_ups_calls_it() -> None:
    assert flaw(WHOLE["gif"], "zpl") is None, "the first label of a COD shipment is always GIF"


def test_a_label_that_is_cut_off_has_no_content(tmp_path: Path) -> None:
    half = base64.b64encode(WHOLE["zpl"][: len(WHOLE["zpl"]) // 2]).decode()
    image = {"ImageFormat": {"Code": "ZPL"}, "GraphicImage": half}
    label = read_label(image, "ImageFormat", "1ZSIMSIM0300000011", tmp_path / "r-1", Label())
    assert (label.content, label.problem) == (None, "the label image is cut off")
