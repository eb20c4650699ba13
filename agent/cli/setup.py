"""`shipchat setup`: from practice to the first real label, one question at a time; it can be run again."""

import asyncio
import os

import click

from agent.cli.doctor import examine_all
from agent.cli.exits import Exit
from agent.cli.output import say
from agent.errors import ShipchatError
from agent.home import settings_file
from agent.kept_secrets import MODEL_KEY, UPS_CREDENTIALS, keep, kept
from agent.settings import Settings
from agent.setup.interview import (
    Answers,
    Question,
    Refused,
    environment_question,
    model_question,
    present,
    printer_question,
    questions,
)
from agent.setup.settings_file import write_values


@click.command()
@click.option("--check", is_flag=True, help="Ask nothing: check what is set, as `shipchat doctor --ups` does.")
def setup(check: bool) -> None:
    """Set shipper, account, credentials, model and printer; each answer is checked."""
    if not check:
        _interview()
    raise SystemExit(Exit.DONE if asyncio.run(examine_all(Settings.load(), deep=True)) else Exit.ERROR)


def _interview() -> None:
    settings = Settings.load()
    say("Enter keeps what is in brackets; “-” leaves it empty; Ctrl-C stops, and keeps what was answered.", err=True)
    answers: dict[str, object] = {}
    _ask(settings, environment_question(), answers)
    environment = str(answers["ups_environment"])
    for question in questions(environment):
        _ask(settings, question, answers)
    if environment != "simulator":
        _credentials(environment)
    _ask(settings, model_question(settings.models), answers)
    if answers["model"] == "claude":
        _secret(MODEL_KEY, "the model's key", "ANTHROPIC_API_KEY")
    _ask(settings, printer_question(), answers)


def _ask(settings: Settings, question: Question, answers: dict[str, object]) -> None:
    """Ask until the answer fits, and write it down at once."""
    for choice, meaning in (question.choices or {}).items():
        say(f"  {choice}: {meaning}", err=True)
    while True:
        typed = _typed(question, present(settings, question.setting))
        if typed == "-" and question.optional:
            answers[question.setting] = None
            break
        judged = question.judge(typed, answers)
        if isinstance(judged, Refused):
            say(f"  {judged.why}", err=True)
            continue
        if judged.note:
            say(f"  {judged.note}", err=True)
        answers[question.setting] = judged.value
        break
    if _complete(answers):
        write_values(settings_file(), answers)


def _typed(question: Question, now: str) -> str:
    default = now or ("-" if question.optional else None)
    return str(click.prompt(question.text, default=default, type=str, err=True))


def _complete(answers: Answers) -> bool:
    """Another UPS and its sender are written together: half of that would be refused at the next start."""
    return answers["ups_environment"] == "simulator" or "shipper.account_number" in answers


def _credentials(environment: str) -> None:
    say("The client id and secret are those of your app on developer.ups.com.", err=True)
    for name, variable in UPS_CREDENTIALS.items():
        _secret(f"ups-{environment}-{name}", f"the UPS {name.replace('-', ' ')}", variable)


def _secret(name: str, what: str, variable: str) -> None:
    """Keep a secret in the keyring; where there is none, say which variable takes its place."""
    if os.environ.get(variable):
        say(f"  {what}: taken from {variable}", err=True)
        return
    there = kept(name) is not None
    typed = click.prompt(
        f"{what[0].upper()}{what[1:]}{' [kept in the keyring; Enter keeps it]' if there else ''}",
        default="" if there else None,
        hide_input=True,
        show_default=False,
        err=True,
    )
    if not typed.strip():
        return
    try:
        keep(name, typed.strip(), what=what, variable=variable)
    except ShipchatError as refusal:
        say(f"  {refusal}", err=True)
