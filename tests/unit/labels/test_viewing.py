"""Opening a file: with the desktop's own program, and never with one that takes the terminal over."""

import os
import sys
from pathlib import Path

import pytest

from agent.errors import ShipchatError
from agent.labels.viewing import open_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the program is named differently elsewhere")


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of xdg-open; what it is given goes through a pipe, whose end is its end."""
    told = tmp_path / "told"
    os.mkfifo(told)
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\necho "$@" > "{told}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return told


def test_the_desktop_is_given_the_file(opener: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    open_file(Path("/labels/labels-7f3a.pdf"))
    assert opener.read_text() == "/labels/labels-7f3a.pdf\n"


def test_without_a_desktop_it_is_said_where_the_file_is(opener: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(ShipchatError, match=r"E-4327.*/labels/labels-7f3a.pdf"):
        open_file(Path("/labels/labels-7f3a.pdf"))
