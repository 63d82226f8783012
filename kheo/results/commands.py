"""``kheo tallies check|rebuild``."""

import argparse
from typing import Any


def add_commands(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add this room's commands to the ``kheo`` command."""
    parser = subparsers.add_parser("tallies", help="compare the tallies with the results, or make them anew")
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("check", help="say which rows differ; exit code 1 if any").set_defaults(run=_check)
    what.add_parser("rebuild", help="make all tallies anew from the results").set_defaults(run=_rebuild)


def _check(_arguments: argparse.Namespace) -> int:
    from kheo.results import tallies

    differences = tallies.compare()
    for found in differences:
        print(f"{found.table} {found.key}: stored {found.stored}, the results say {found.rebuilt}")
    print(f"{len(differences)} rows differ." if differences else "The tallies say what the results say.")
    return 1 if differences else 0


def _rebuild(_arguments: argparse.Namespace) -> int:
    from kheo.results import tallies

    print(f"{tallies.rebuild()} rows.")
    return 0
