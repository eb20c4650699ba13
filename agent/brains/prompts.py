"""Prompts are files in prompts/, rendered by Jinja2; a missing word is an error, never an empty place."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound


class _PackageFiles(BaseLoader):
    """Reads prompts as package data, from a folder or from a zipped wheel."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:
        file = files("prompts") / template
        if not file.is_file():
            raise TemplateNotFound(template)
        return file.read_text(encoding="utf-8"), None, None


@cache
def _environment() -> Environment:
    return Environment(loader=_PackageFiles(), undefined=StrictUndefined, autoescape=False, trim_blocks=True)


def render(name: str, **words: Any) -> str:
    """The text of `prompts/NAME.md` with its words filled in.

    Raises:
        jinja2.UndefinedError: for a word that the file wants and nobody gave.
        jinja2.TemplateNotFound: for a name without a file.
    """
    return _environment().get_template(f"{name}.md").render(words).strip()


def version() -> int:
    """The version of all prompts and tool texts together; it grows with every change of one of them."""
    return int((files("prompts") / "VERSION").read_text(encoding="utf-8"))
