"""docs/own-servers.md: its example is read as it stands, its limits are those of the code."""

import re
from pathlib import Path

from agent.chat.tools.own_tools import MOST_ARGUMENTS, MOST_CALLS
from agent.child_process import LONGEST_LINE
from agent.own_servers.config import LONGEST_NAME, read_own_servers
from agent.own_servers.http import MOST_BYTES as MOST_HTTP
from agent.own_servers.offer import LONGEST_DESCRIPTION, MOST_BYTES, MOST_TOOLS
from agent.own_servers.schema import LONGEST_TEXT
from agent.own_servers.supervisor import LONGEST_ANSWER, Limits
from agent.pipes import MOST_UNASKED

PAGE = (Path(__file__).parents[3] / "docs" / "own-servers.md").read_text(encoding="utf-8")


def test_the_example_is_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "mcp.json").write_text(example)
    shop, mail = read_own_servers(tmp_path)
    assert (shop.command, shop.asks_always) == (("npx", "-y", "my-shop-mcp"), False)
    assert (mail.url, mail.asks_always) == ("https://mail.example.com/mcp", True)


def test_the_limits_are_those_of_the_code() -> None:
    text = " ".join(PAGE.split())
    assert f"{MOST_TOOLS}, described in {MOST_BYTES:,} bytes" in text
    assert f"{LONGEST_DESCRIPTION} and {LONGEST_TEXT} letters" in text
    assert f"{MOST_ARGUMENTS:,} letters: as many" in text
    assert f"| calls for one message | {MOST_CALLS} |" in text
    assert f"{LONGEST_LINE >> 20} MB, {MOST_HTTP >> 20} MB, {MOST_UNASKED >> 20} MB" in text
    assert f"at most {LONGEST_ANSWER:,} letters" in text
    assert f"at most {LONGEST_NAME} letters" in text
    assert (Limits().wait_s, Limits().start_s, Limits().call_s) == (10, 60, 60)
