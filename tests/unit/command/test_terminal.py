"""Nothing that comes from a file, a cell or an error acts on a terminal."""

import ast
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cli.main import main
from agent.cli.output import say, tell
from mcp_servers.shared.terminal import visible as servers_visible

REPOSITORY = Path(__file__).parents[3]
ACTS = "\x1b[31m\x07\x08\r\x9b2J\u202e\u2066\u200e\x7f\u2028"


def acting(text: str) -> set[str]:
    """Letters that a terminal would act on: all control and format characters but the line end."""
    return {letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp")} - {"\n"}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_letter_acts(text: str) -> None:
    assert acting(servers_visible(text)) == set()


@given(text=st.text(alphabet=st.sampled_from(ACTS + "aé漢\n \u00a0\t")))
def test_printed_lines_and_objects_do_not_act(text: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        printed: list[str] = []
        patched.setattr("click.echo", lambda said, err=False: printed.append(said))
        say(text)
        tell({"text": text}, indent=1)
    assert [acting(said) for said in printed] == [set(), set()]
    assert json.loads(printed[1]) == {"text": text}, "a program reads what was meant"
    assert all(letter in printed[0] for letter in text if letter in "aé漢")


@pytest.mark.parametrize(
    "arguments", [("--\x1b[31mred",), ("jobs", "show\x9b2J"), ("script", "run", "no\u202esuch.yaml"), ("-p",)]
)
def test_a_refused_command_line_does_not_act(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said
    assert acting(said) == set()


def calls(path: Path) -> list[str]:
    """Every direct way to the terminal in a module, as `line: name`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in ("print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"):
                shown = [ast.unparse(argument) for argument in node.args]
                if not (shown and ("visible(" in shown[0] or "json.dumps(" in shown[0] or "_url" in shown[0])):
                    found.append(f"{path.relative_to(REPOSITORY)}:{node.lineno}: {name}")
    return found


def test_there_is_no_other_way_to_the_terminal() -> None:
    modules = [path for part in ("agent", "mcp_servers", "tui") for path in (REPOSITORY / part).rglob("*.py")]
    found = [call for path in modules for call in calls(path) if path.name != "output.py"]
    assert found == []


def test_another_way_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "module.py"
    module.write_text("import sys\nprint(name)\nsys.stderr.write(f'{name}')\n")
    monkeypatch.setattr(f"{__name__}.REPOSITORY", tmp_path)
    assert calls(module) == ["module.py:2: print", "module.py:3: sys.stderr.write"]
