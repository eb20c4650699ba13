"""The `shipchat` command: which verb is meant; each verb's module is imported only when it runs."""

import atexit
import gc
import importlib
import io
from importlib.metadata import version
from typing import Any

import click
from click.shell_completion import CompletionItem

VERBS = {
    "chat": ("agent.cli.chat", "Open the chat on SOURCE, or say one sentence with -p."),
    "demo": ("agent.cli.demo", "Ship a sample sheet with the practice UPS: no key, no account, no network."),
    "serve": ("agent.cli.serve", "Open the chat on SOURCE in a browser, behind a token."),
    "jobs": ("agent.cli.jobs", "List batches, continue them, settle what is open."),
    "sessions": ("agent.cli.sessions", "List, continue, export and delete the talks that are kept."),
    "worker": ("agent.cli.servers", "Run rows of batches that `--on temporal` hands out."),
    "script": ("agent.cli.script", "Play conversations that are written as NAME.chat.yaml."),
    "mcp": ("agent.cli.servers", "Run one MCP server over stdin and stdout, for any MCP client."),
    "simulator": ("agent.cli.servers", "Serve the practice UPS over HTTP, or list its records."),
    "audit": ("agent.cli.audit", "Verify or export the append-only audit log."),
    "ledger": ("agent.cli.ledger", "Say where the ledger is, or move it from its file to PostgreSQL."),
    "setup": ("agent.cli.setup", "Set shipper, account, credentials, model and printer; each answer is checked."),
    "config": ("agent.cli.config", "Show, find or edit the settings."),
    "doctor": ("agent.cli.doctor", "Check machine, settings, ledger, servers and the connection to UPS."),
    "completion": ("agent.cli.completion", "Print the completion script of a shell."),
}
"""Each verb's module, and its line in `--help`: importing all of them takes a second and a half."""
YOUNG_OBJECTS = 50_000
"""How many new objects call for a search for garbage. A start makes half a million, nearly all parts of modules, which
stay; with Python's own 700, a tenth of a dry run was searching among them."""


class Verbs(click.Group):
    """Loads verbs lazily; anything that is not a verb (`shipchat orders.csv`, `shipchat -p "..."`) is the chat."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module, _line = VERBS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing and not args:
            # A shell that completes the first word: it may become a verb.
            return super().parse_args(ctx, args)
        own = {"--help", "-h", "--version"}
        if not args or (args[0] not in VERBS and args[0] not in own):
            args = ["chat", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Verbs, the chat's own options, or a sheet to open."""
        chat = self.get_command(ctx, "chat")
        if incomplete.startswith("-") and chat is not None:
            return chat.shell_complete(click.Context(chat, parent=ctx), incomplete)
        verbs = [(name, line) for name, (_module, line) in VERBS.items() if name.startswith(incomplete)]
        return [*(CompletionItem(name, help=line) for name, line in verbs), CompletionItem(incomplete, type="file")]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The chat's own options are the command's: show them, then the verbs."""
        chat = self.get_command(ctx, "chat")
        if chat is not None:
            with formatter.section("Options"):
                formatter.write_dl([record for p in chat.get_params(ctx) if (record := p.get_help_record(ctx))])
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, line) in VERBS.items()])


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from agent.cli.output import say

        say(f"shipchat {version('shipchat')}")
        ctx.exit()


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="[SOURCE] [OPTIONS]",
    subcommand_metavar="| VERB ...",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version)
def cli() -> None:
    """Talk to your order sheet; ship it with UPS.

    `shipchat orders.csv` opens the chat on a sheet, `shipchat demo` on a sample with a practice UPS;
    `shipchat -p "Ship all California orders via Ground" --source orders.csv` says one sentence and prints the result.
    """


def main(arguments: list[str] | None = None, **extra: Any) -> None:
    """Run the command and leave with its exit code; a refusal is one clear line on stderr."""
    from agent.cli.exits import Exit  # after --version and --help could end
    from agent.cli.output import open_standard_streams, say
    from agent.errors import ShipchatError

    gc.set_threshold(YOUNG_OBJECTS)
    # The system frees what is left at the end; Python would search all of it for garbage before.
    atexit.register(gc.freeze)
    open_standard_streams()
    try:
        code = cli.main(args=arguments, prog_name="shipchat", standalone_mode=False, **extra)
        raise SystemExit(code if isinstance(code, int) else Exit.DONE)
    except click.ClickException as refusal:
        # What was typed is repeated in it.
        words = io.StringIO()
        refusal.show(file=words)
        say(words.getvalue().rstrip("\n"), err=True)
        raise SystemExit(refusal.exit_code) from None
    except click.Abort:
        raise SystemExit(Exit.INTERRUPTED) from None
    except ShipchatError as refusal:
        say(str(refusal), err=True)
        raise SystemExit(Exit.ERROR) from None
    except Exception as fault:  # noqa: BLE001 - a person never sees a stack trace
        from agent.faultlog import unexpected
        from agent.settings import Settings

        say(str(unexpected(Settings.load().home, fault)), err=True)
        raise SystemExit(Exit.ERROR) from None
