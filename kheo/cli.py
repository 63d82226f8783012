"""The ``kheo`` command. Rooms offer their commands in ``<room>/commands.py``: ``add_commands(subparsers)``.

A command is a sub-parser with ``set_defaults(run=function)``; ``function(args)`` returns an exit code or None. Django is set up
before it runs, unless it says ``set_defaults(run=…, needs_django=False)``. So ``commands.py`` imports models inside functions.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from kheo.core import terminal

ROOT = Path(__file__).resolve().parent


def parser() -> argparse.ArgumentParser:
    """The whole command line, with what every room offers."""
    top = argparse.ArgumentParser(prog="kheo", description="Khéo: need, decision, work, result, check, and a log that anyone can verify.")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    manage = commands.add_parser("manage", help="Django's own commands (kheo manage shell, kheo manage check …)", add_help=False)
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    manage.set_defaults(run=_manage, needs_django=False)
    for path in sorted(ROOT.glob("*/commands.py")):
        importlib.import_module(f"kheo.{path.parent.name}.commands").add_commands(commands)
    return top


def _manage(args: argparse.Namespace) -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kheo manage", *args.arguments])


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kheo.settings")
    given = list(sys.argv[1:] if argv is None else argv)
    top = parser()
    # argparse's REMAINDER would eat options of ours: everything behind "manage" is Django's.
    args = argparse.Namespace(run=_manage, needs_django=False, arguments=given[1:]) if given[:1] == ["manage"] else top.parse_args(given)
    if not getattr(args, "run", None):
        top.print_help()
        return 2
    ours = getattr(args, "needs_django", True)
    if ours:
        import django

        django.setup()
    try:
        # What needs no Django looks at files and logs of strangers: these may not steer the terminal.
        with nullcontext() if ours or args.run is _manage else terminal.guarded():
            return args.run(args) or 0
    except KeyboardInterrupt:
        print()
        return 130
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
