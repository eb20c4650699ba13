"""The names that are called in a text, before the parser turns some of them into something else.

sqlglot reads functions of its own and of other dialects as nodes that are allowed here (`date_to_date_str(x, y)`
becomes a cast of x, and y is dropped). So what stands before a parenthesis is held against the list as it was written.
"""

from itertools import pairwise

import sqlglot
from sqlglot.tokenizer_core import TokenType

from mcp_servers.data.faults import UNKNOWN_FUNCTION
from mcp_servers.data.guard.functions import AGGREGATES, ALIASES, FUNCTIONS, OTHER_NAMES
from mcp_servers.data.guard.parsing import nearest
from mcp_servers.shared.faults import fault

CALLED = frozenset({*FUNCTIONS, *ALIASES, *AGGREGATES, *OTHER_NAMES, "character_length"})
_NAMES = frozenset({TokenType.VAR, TokenType.IDENTIFIER})


def check_called(sql: str) -> None:
    """Raise E-1103 for the first name with a parenthesis behind it that no rule knows; `sql` has been parsed."""
    tokens = sqlglot.tokenize(sql, read="duckdb")
    for token, following in pairwise(tokens):
        called = token.token_type in _NAMES and following.token_type is TokenType.L_PAREN
        if called and token.text.casefold() not in CALLED:
            close = nearest(token.text, CALLED)
            text = f"The nearest: {', '.join(close)}." if close else f"Allowed: {', '.join(FUNCTIONS)}."
            raise fault(UNKNOWN_FUNCTION, where=token.text, function=token.text, nearest=text)
