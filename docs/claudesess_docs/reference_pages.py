"""Pages of commands, out of their own help, and of public names, out of their docstrings."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import click

import claudesess
from claudesess.cli import main
from claudesess.contracts import Contract
from claudesess_docs import markup


def commands() -> dict[str, click.Command]:
    """Return every command by how it is called, groups below it too."""
    return dict(_below("claudesess", main))


def _below(called: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield called, command
    if isinstance(command, click.Group):
        for name, one in sorted(command.commands.items()):
            yield from _below(f"{called} {name}", one)


def command_pages() -> dict[str, str]:
    """Return a page for every command, and the one that lists them, by address."""
    made = {f"commands/{_file(called)}.md": _command(called, one) for called, one in commands().items()}
    rows = [
        (f"[`{called}`]({_file(called)}.md)", markup.plain(one.get_short_help_str(200)))
        for called, one in commands().items()
    ]
    made["commands/index.md"] = (
        "# Commands\n\nWhat each says of itself with `-h`. Where no database is named, commands look at *my "
        "data*: the project that you are in, else what was imported.\n\n"
        + markup.table(["command", "does"], rows)
        + "\n"
    )
    return made


def _file(called: str) -> str:
    return called.replace(" ", "-")


def _command(called: str, command: click.Command) -> str:
    # By the names of `main`: click keeps a command's option of help as it was first asked for.
    context = click.Context(command, info_name=called, help_option_names=["-h", "--help"])
    help_text = inspect.cleandoc(command.help or "").replace("\b", "")
    rows = [
        (
            ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts)),
            _takes(one, context),
            _help(one, context),
        )
        for one in command.get_params(context)
        if isinstance(one, click.Option)
    ]
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [
        f"# {called}",
        *(markup.plain(" ".join(block.split())) for block in help_text.split("\n\n")),
        f"```text\n{called} {usage}\n```",
        "## Options",
        markup.table(["option", "takes", "what it does"], rows),
    ]
    return "\n\n".join(parts) + "\n"


def _takes(option: click.Option, context: click.Context) -> str:
    return "" if option.is_flag else f"`{option.make_metavar(context)}`"


def _help(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    return markup.plain(record[1]) if record else ""


def python_pages() -> dict[str, str]:
    """Return the pages of the public names: the functions on one, a page for every module."""
    modules = {
        name: one for name in claudesess.__all__ if isinstance(one := getattr(claudesess, name), ModuleType)
    }
    functions = [name for name in claudesess.__all__ if name not in modules]
    rows = [
        (f"[`claudesess.{name}`](#claudesess.{name})", _first(getattr(claudesess, name)))
        for name in functions
    ]
    rows += [(f"[`claudesess.{name}`]({name}.md)", _first(one)) for name, one in modules.items()]
    said = "Public is what stands here: `claudesess.__all__`, and of its modules what theirs names."
    parts = ["# In Python", f"{said} All else may change.", markup.table(["name", "what it is"], rows)]
    parts += [f"## claudesess.{name} {{ #claudesess.{name} }}\n\n::: {_place(name)}" for name in functions]
    made = {"python/index.md": "\n\n".join(parts) + "\n"}
    return made | {f"python/{name}.md": _module(name, one) for name, one in modules.items()}


def _first(thing: object) -> str:
    return markup.plain((inspect.getdoc(thing) or "").partition("\n")[0])


def _place(name: str) -> str:
    """Return where a public object is defined, which is where its docstring is read."""
    thing = getattr(claudesess, name)
    return f"{thing.__module__}.{thing.__qualname__}"


def _module(name: str, module: ModuleType) -> str:
    doc = inspect.getdoc(module) or ""
    return f"# claudesess.{name}\n\n{markup.prose(doc)}\n\n" + "\n\n".join(_members(module)) + "\n"


def _members(module: ModuleType) -> Iterator[str]:
    """Yield what a module has to show: its public objects, or, of a folder of folders, their names."""
    public = getattr(module, "__all__", None) or [
        name
        for name, one in vars(module).items()
        if not name.startswith("_") and getattr(one, "__module__", None) == module.__name__
    ]
    values = []
    for name in public:
        one = getattr(module, name)
        if inspect.isfunction(one) or inspect.isclass(one):
            yield f"## {name}\n\n::: {one.__module__}.{one.__qualname__}"
        else:
            values.append((f"`{name}`", markup.plain(_value(one))))
    if values:
        yield "## Values\n\n" + markup.table(["name", "value"], values)
    if not public:
        yield "\n".join(f"- `{one.name}`" for one in pkgutil.iter_modules(module.__path__))


def _value(thing: object) -> str:
    if isinstance(thing, Contract):
        return f"Contract; one row: {thing.grain}"
    if isinstance(thing, dict):
        return f"Contracts by name: {', '.join(thing)}"
    return repr(thing)
