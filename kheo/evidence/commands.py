"""``kheo sweep`` and ``kheo marks``."""

import argparse
from typing import Any


def add_commands(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add this room's commands to the ``kheo`` command."""
    parser = subparsers.add_parser("sweep", help="remove uploads older than a day that nothing points to")
    parser.add_argument("--dry", action="store_true", help="only say how many there are")
    parser.set_defaults(run=_sweep)
    marks = subparsers.add_parser("marks", help="make the marks by which a photo is known again, for all that lack them")
    marks.set_defaults(run=_marks)


def _sweep(arguments: argparse.Namespace) -> int:
    from kheo.evidence.sweep import sweep

    swept = sweep(dry=arguments.dry)
    words = "would be removed" if arguments.dry else "removed"
    print(f"{swept.rows} uploads without an act, {swept.files} files ({swept.bytes:,} bytes) {words}.")
    return 0


def _marks(arguments: argparse.Namespace) -> int:
    from kheo.evidence import likeness

    print(f"{likeness.mark(likeness.unmarked().iterator())} photos marked.")
    return 0
