"""ZPL drawn here, and pictures written as ZPL: dot for dot, or refused with the way out."""

import sys

import pytest
from PIL import Image

from agent.errors import ShipchatError
from agent.labels.convert import pictures
from agent.labels.zpl import from_picture

STEERING = b"\n^XA^LRN^MNY^MFN,N^MCY^POI^PR3^PW812^CI27"
"""What precedes the drawing in labels of UPS; none of it leaves ink."""


def test_a_picture_survives_the_way_to_zpl_and_back() -> None:
    pytest.importorskip("zplkit", reason="the optional renderer (extra zpl) is not installed")
    picture = Image.new("L", (800, 1200), 255)
    picture.paste(0, (0, 0, 100, 50))
    picture.paste(0, (701, 1100, 703, 1150))
    (drawn,), _doubts = pictures(from_picture(picture), "zpl")
    assert drawn.size == (812, 1218)
    assert drawn.crop((0, 0, 800, 1200)).tobytes() == picture.tobytes()


def test_what_steers_the_printer_changes_nothing_and_bar_codes_are_drawn() -> None:
    pytest.importorskip("zplkit", reason="the optional renderer (extra zpl) is not installed")
    body = (
        b"^FO60,700^BY3^BCN,103,N,N,,A^FV1ZSIMSIM0300000011^FS"
        b"^FO30,300^BD3^FH^FD003840100450000[)>_1E01_1D961Z77777777_1DUPSN_1D12345E_1D089_1D_1D1/1_1D5_1DN_1D"
        b"12 SAMPLE ST_1DATLANTA_1DGA_1E_04^FS^XZ\n"
    )
    (plain,), _ = pictures(b"^XA^PW812" + body, "zpl")
    (steered,), _ = pictures(STEERING + body, "zpl")
    assert steered.tobytes() == plain.tobytes()
    bars = plain.crop((60, 700, 760, 800))
    assert bars.getextrema() == (0, 255)
    maxicode = plain.crop((30, 300, 260, 530))
    assert maxicode.getextrema() == (0, 255)


@pytest.mark.parametrize("content", [b"^XA^XGR:LOGO.GRF^FS^XZ", "^XA^CI28^FO1,1^A0N,30,30^FDÜ^FS^XZ".encode()])
def test_what_cannot_be_drawn_is_refused_never_left_out(content: bytes) -> None:
    pytest.importorskip("zplkit", reason="the optional renderer (extra zpl) is not installed")
    with pytest.raises(ShipchatError, match="E-4303") as refused:
        pictures(content, "zpl")
    assert "--from-ups" in refused.value.remedy


def test_without_the_renderer_both_ways_out_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zplkit", None)
    with pytest.raises(ShipchatError, match="E-4303") as refused:
        pictures(b"^XA^XZ", "zpl")
    assert "shipchat[zpl]" in refused.value.message
    assert "--from-ups" in refused.value.remedy
