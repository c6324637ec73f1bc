"""The command line. Each command lives in its room; nothing heavy is imported before it is asked for."""

from __future__ import annotations

import importlib
import os
import sys

import click

from huiyin import __version__

#: command name → "module:attribute", one line of help. The help text is repeated here so that
#: `huiyin --help` never has to import Django (cold start stays under half a second).
COMMANDS: dict[str, tuple[str, str]] = {
    "bench": ("huiyin.bench.cli:bench", "Measure speed on this machine."),
    "callback": ("huiyin.cases.cli:callback", "Record an independent callback to a resident."),
    "callbacks": ("huiyin.outcomes.cli:callbacks", "Draw, close and check the callback sample."),
    "cases": ("huiyin.cases.cli:cases", "Check, show, and erase cases."),
    "checkup": ("huiyin.checkup.cli:checkup", "Look for the four ailments; list what offices are asked."),
    "demo": ("huiyin.town.cli:demo", "Build and serve the demo town."),
    "doctor": ("huiyin.site.cli:doctor", "Check this deployment and say what is missing."),
    "figures": ("huiyin.lake.figures_cli:figures", "Indicators, the public download, and making its figures again."),
    "import": ("huiyin.imports.cli:import_", "Take in a spreadsheet of matters."),
    "keys": ("huiyin.cases.cli:keys", "Make and rotate the keys of the vault."),
    "lake": ("huiyin.lake.cli:lake", "Export everything countable to Parquet; check it."),
    "load": ("huiyin.organisation.cli:load", "Load a pack: offices, areas, categories, clocks."),
    "log": ("huiyin.ledger.cli:log", "Seal, verify and archive the public log."),
    "pack": ("huiyin.organisation.cli:pack", "Check a pack before loading it."),
    "report": ("huiyin.report.cli:report", "Write a month's report as a PDF."),
    "serve": ("huiyin.site.cli:serve", "Serve the pages (and, on SQLite, run the worker too)."),
    "setup": ("huiyin.site.cli:setup", "Create or upgrade the database and the keys."),
    "staff": ("huiyin.organisation.staff_cli:staff", "Add people who work here, and their roles."),
    "town": ("huiyin.town.commands:town", "An invented town: a lake of any size, and the trial of the figures."),
    "understand": ("huiyin.suggestions.cli:understand", "Train, explain and measure how messages are understood."),
    "worker": ("huiyin.worker.cli:worker", "Run the worker: clocks, sealing, reminders, messages."),
}


class Rooms(click.Group):
    """A group whose commands are imported only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        target, _ = COMMANDS[cmd_name]
        prepare_django()
        module, attribute = target.split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in sorted(COMMANDS.items())])


def prepare_django() -> None:
    """Set Django up once; every command may then import models."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="huiyin")
def main() -> None:
    """Huiyin 回音: take a matter in, see it through, and let the person who raised it say when it is settled.

    Everything written lives in one folder, HUIYIN_HOME (default: ./var).
    """


if __name__ == "__main__":
    sys.exit(main())
