"""``kheo books check|rebuild``."""

import argparse
from typing import Any


def add_commands(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add this room's commands to the ``kheo`` command."""
    parser = subparsers.add_parser("books", help="compare the books' running totals with their entries, or make them anew")
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("check", help="say which totals differ; exit code 1 if any").set_defaults(run=_check)
    what.add_parser("rebuild", help="make all running totals anew from the entries").set_defaults(run=_rebuild)


def _check(_arguments: argparse.Namespace) -> int:
    from kheo.ledger import balances

    differences = balances.compare()
    for found in differences:
        print(f"{' '.join(map(str, found.key))}: stored {found.stored}, the entries say {found.rebuilt}")
    print(f"{len(differences)} totals differ." if differences else "The running totals say what the entries say.")
    return 1 if differences else 0


def _rebuild(_arguments: argparse.Namespace) -> int:
    from kheo.ledger import balances

    print(f"{balances.rebuild()} totals.")
    return 0
