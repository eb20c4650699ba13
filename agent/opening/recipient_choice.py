"""Whose address the parcels go to, where the columns leave it open: asked with one row shown as it would be shipped."""

from collections.abc import Sequence
from typing import Any

from agent.dialogue import Dialogue
from agent.errors import ErrorKind, error, from_reply, is_refusal
from agent.mapping.columns import MappingProposal
from agent.mapping.template import column_expression
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.sheet.recipients import Recipient
from agent.shipping.country_names import country_of
from agent.shipping.places import country_name
from agent.tool_caller import ToolCaller

NO_RECIPIENT_CHOSEN = ErrorKind(
    "E-2331",
    "Nothing is shipped from {sheet}: it is not clear whose address the parcels go to.",
    "Say which columns hold it, e.g. “the street is in column Ship Address”, or name them in the sheet's header.",
)
SAMPLE = 100
"""So many rows show what a column can hold."""
YES, NO = "Yes", "No"
_COUNTRIES = 50
_SHOWN_COLUMNS = 4
_QUESTIONS = {
    "which": "{sheet} has more than one address that the parcels could go to. Which one is it? Row {row} would go to:",
    "half": "The ship-to columns of {sheet} do not make a whole address, others do. Which one is it? Row {row} would"
    " go to:",
    "name": "{sheet} does not say for certain who gets the parcels. Which one is it? Row {row} would go to:",
    "billing": "{sheet} has only billing addresses. Ship to them? Row {row} would go to:",
}
_ONLY_NAME = "No column of the ship-to address in {sheet} holds a name. Is it this one? Row {row} would go to:"
_STOP = "None of them"
WHICH_COUNTRY = "The address has no country, {column} says {values}. Which country do the parcels go to?"
WHICH_STREET = "Which column holds the street?"
BOTH_LINES = "Both: {second} is the second line of {first}"
GUESSES_RIGHT = "Some columns have names that I do not know: {guesses}. Is that right?"


async def sample_rows(data: ToolCaller) -> list[dict[str, Any]]:
    """The first rows of the open sheet, as the data server delivers them."""
    reply = await data("get_rows_by_filter", {"where_clause": "TRUE", "limit": SAMPLE})
    if is_refusal(reply):
        raise from_reply(reply)
    return list(reply["rows"])


async def settle_recipient(
    sheet: SheetState, dialogue: Dialogue, proposal: MappingProposal, rows: Sequence[dict[str, Any]]
) -> MappingProposal:
    """The proposal with one recipient; asked where the columns could mean several.

    Raises:
        ShipchatError: E-2331 when the person chooses none of them.
    """
    if not proposal.doubt or {"address1", "city", "postal_code"} <= sheet.columns_chosen.keys():
        return proposal
    named = _named_by_columns(sheet, proposal.recipients)
    if named is not None:
        return proposal.addressed_to(named)
    name = sheet.require().name
    shown = _telling_row(proposal.recipients, rows)
    question = _ONLY_NAME if proposal.doubt == "name" and len(proposal.recipients) == 1 else _QUESTIONS[proposal.doubt]
    text = question.format(sheet=name, row=shown["sheet_row"] if shown else "?")
    options = {_words(recipient, shown): recipient for recipient in proposal.recipients}
    choice = await dialogue.ask(text, [*options, _STOP])
    if choice == _STOP:
        raise error(NO_RECIPIENT_CHOSEN, where=name, sheet=name)
    return proposal.addressed_to(options[choice])


def _named_by_columns(sheet: SheetState, recipients: Sequence[Recipient]) -> Recipient | None:
    """The only recipient whose columns are those that the person named: “the street is in column Ship Address”."""
    said = {
        (field, column)
        for field, column in sheet.columns_chosen.items()
        if any(column in recipient.columns.get(field, ()) for recipient in recipients)
    }
    fitting = [one for one in recipients if all(column in one.columns.get(field, ()) for field, column in said)]
    return fitting[0] if said and len(fitting) == 1 else None


def _telling_row(recipients: Sequence[Recipient], rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The first row in which the recipients differ; else the first."""
    for row in rows:
        if len({recipient.words(row["data"]) for recipient in recipients}) == len(recipients):
            return row
    return rows[0] if rows else None


def _words(recipient: Recipient, row: dict[str, Any] | None) -> str:
    columns = list(dict.fromkeys(column for found in recipient.columns.values() for column in found))
    more = " ..." if len(columns) > _SHOWN_COLUMNS else ""
    source = f"(from {', '.join(columns[:_SHOWN_COLUMNS])}{more}"
    lacks = f"; no column for the {', the '.join(recipient.missing).replace('_', ' ')}" if recipient.missing else ""
    return f"{recipient.words(row['data']) if row else 'its rows'} {source}{lacks})"


async def settle_country(
    sheet: SheetState, person: PersonState, dialogue: Dialogue, proposal: MappingProposal, home_country: str
) -> tuple[dict[str, str], dict[str, str]]:
    """(fields, constants) for recipients without a country, where another address of the sheet names foreign ones."""
    settled = proposal.whole or "country" in proposal.fields
    if settled or "country" in sheet.columns_chosen or "country" in person.defaults:
        return {}, {}
    for column in proposal.other_countries:
        reply = await sheet.data("get_column_values", {"column": column, "limit": _COUNTRIES})
        # A column that the data server does not list (too many values) is asked about as well.
        values = ["many things"] if is_refusal(reply) else [one["value"] for one in reply["values"] if one["value"]]
        if all(country_of(value) == home_country for value in values):
            continue
        here, there = f"{country_name(home_country)}, every one", f"Where {column} says"
        text = WHICH_COUNTRY.format(column=column, values=", ".join(values[:3]))
        if await dialogue.ask(text, [here, there]) == there:
            return {"country": column_expression(column)}, {}
        return {}, {"country": home_country}
    return {}, {}


async def settle_lines(sheet: SheetState, dialogue: Dialogue, proposal: MappingProposal) -> dict[str, str]:
    """Two columns with the same header for the street: one of them, or two lines of one address; `column:FIELD`."""
    columns = proposal.ambiguous.get("address1", [])
    if len(columns) != 2 or "address1" in sheet.columns_chosen or "address2" in proposal.fields:
        return {}
    both = BOTH_LINES.format(second=columns[1], first=columns[0])
    choice = await dialogue.ask(WHICH_STREET, [*columns, both])
    lines = columns if choice == both else [choice]
    return {f"column:address{place}": column for place, column in enumerate(lines, 1)}


async def confirm_guesses(
    sheet: SheetState, dialogue: Dialogue, proposal: MappingProposal, words: dict[str, str]
) -> set[str]:
    """The fields whose header only resembles a known one and that the person says no to."""
    guesses = {
        name: match
        for name, match in proposal.fields.items()
        if not match.known_header and name not in sheet.columns_chosen
    }
    if not guesses:
        return set()
    listed = ", ".join(f"“{', '.join(match.columns)}” as {words.get(name, name)}" for name, match in guesses.items())
    answer = await dialogue.ask(GUESSES_RIGHT.format(guesses=listed), [YES, NO])
    return set() if answer == YES else set(guesses)
