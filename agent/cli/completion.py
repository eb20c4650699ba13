"""`shipchat completion SHELL`: what a shell needs to complete commands, options, files and batch ids."""

import click
from click.shell_completion import get_completion_class

from agent.cli.output import say

SHELLS = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/completions/shipchat.fish"}


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    bash: add `eval "$(shipchat completion bash)"` to ~/.bashrc; zsh the like; fish: write it to
    ~/.config/fish/completions/shipchat.fish.
    """
    from agent.cli.main import cli

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    say(kind(cli, {}, "shipchat", "_SHIPCHAT_COMPLETE").source())
