"""``kheo new-kit NAME`` and ``kheo check-kit [NAME]``."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: "Commands") -> None:
    """Commands for who makes kits; neither needs a database."""
    new = commands.add_parser("new-kit", help="a folder for a new kind of initiative")
    new.add_argument("name", metavar="NAME", help="lower-case letters, digits and dashes, e.g. free-library")
    new.set_defaults(run=_new, needs_django=False)
    check = commands.add_parser("check-kit", help="what is wrong with a kit, or with any")
    check.add_argument("name", metavar="NAME", nargs="?")
    check.set_defaults(run=_check)


def _new(args: argparse.Namespace) -> int:
    from kheo.catalogue import scaffold

    try:
        file = scaffold.make(args.name)
    except ValueError as e:
        print(e)
        return 1
    print(f"{file}\nWrite its words, then run: kheo check-kit {args.name}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from kheo.catalogue import folders, hooks, reading

    chosen = folders.folders()
    if args.name:
        chosen = [f for f in chosen if args.name in (f.name, folders.key_of(f))]
        if not chosen:
            print(f"no kit {args.name!r}; there are {', '.join(map(folders.key_of, folders.folders()))}")
            return 2
    wrong = 0
    for folder in chosen:
        key = folders.key_of(folder)
        try:
            kit = reading.read(folder)
        except reading.KitError as e:
            problems = e.problems
        else:
            problems = hooks.problems(key)
            if not problems:
                print(f"{key}: good; {len(kit.indicators)} indicators, {len(kit.steps)} steps, {kit.hash[:12]}")
        wrong += len(problems)
        for problem in problems:
            print(problem)
    return 1 if wrong else 0
