"""Commands of the house itself: catalogues."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: "Commands") -> None:
    """``kheo catalogue …``."""
    catalogue = commands.add_parser("catalogue", help="the words of a room: update, compile, check")
    catalogue.add_argument("what", choices=("update", "compile", "check"))
    catalogue.add_argument("rooms", nargs="*", metavar="ROOM", help="rooms, or kits as kits/<key>; all when none is named")
    catalogue.set_defaults(run=_catalogue, needs_django=False)


def _catalogue(args: argparse.Namespace) -> int:
    from kheo.core import catalogues

    known = catalogues.rooms()
    if unknown := [r for r in args.rooms if r not in known]:
        print(f"no such room: {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    chosen = {r: known[r] for r in args.rooms or known}
    if args.what == "update":
        for name, folder in chosen.items():
            missing = {language: n for language, n in catalogues.update(folder).items() if n}
            print(f"{name}: " + (", ".join(f"{n} to translate ({language})" for language, n in missing.items()) or "complete"))
        return 0
    if args.what == "compile":
        print(f"compiled {catalogues.compile_stale(chosen.values())} catalogues")
        return 0
    found = [p for name, folder in chosen.items() for p in catalogues.problems(name, folder)] + catalogues.disagreements(known)
    print(*found, f"{len(found)} problems in {len(chosen)} rooms", sep="\n")
    return 1 if found else 0
