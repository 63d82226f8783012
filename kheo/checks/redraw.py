"""``kheo draw``: a round computed again by anybody from its book, its seed and its checks. No Django."""

import argparse
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from kheo.checks import bookfile, bound, draw, totals


class Refuted(Exception):
    """What does not fit."""


def add_to(subparsers: Any) -> None:
    """Offer the command."""
    found = subparsers.add_parser("draw", help="draw a round again from its book and seed; with its checks, at least how much is true")
    found.add_argument("--book", type=Path, required=True, metavar="FILE", help="book.txt of the round's page")
    found.add_argument("--seed", required=True, help="the seed as the page shows it")
    found.add_argument("--checks", type=Path, metavar="FILE", help="checks.txt of the round's page")
    found.add_argument("--alpha", default=totals.alpha_of_round(1), help="the risk that the book fixed at its freeze (%(default)s)")
    found.set_defaults(run=run, needs_django=False)


def run(args: argparse.Namespace) -> int:
    """Exit code 0: all fits. 1: something does not. 2: a file can't be read."""
    try:
        confidence = totals.confidence(args.alpha)
        units = bookfile.read(_text(args.book))
        checks = bookfile.read_checks(_text(args.checks)) if args.checks else None
        order = draw.tickets(args.seed, units)
    except OSError as e:
        print(f"{e.filename} can't be read: {e.strerror}", file=sys.stderr)
        return 2
    except (ArithmeticError, ValueError) as e:
        print(str(e), file=sys.stderr)
        return 2
    root = draw.book_root(units).hex()
    print(f"Book: {len(units)} units, claims of {draw.total(units)}, root {root}: as the file says.")
    try:
        _check_seed(args.seed, root)
        print("Seed: made for this book.")
        wide = max(map(len, units))
        for number, (name, ticket) in enumerate(order.items(), start=1):
            print(f"{number:>6}  {name:<{wide}}  {units[name]:>9}  {ticket:.12g}")
        if checks is not None:
            _bound(units, order, checks, None if args.seed.startswith(draw.WHOLE) else confidence)
    except (Refuted, ValueError) as e:
        print(f"It does NOT fit: {e}", file=sys.stderr)
        return 1
    return 0


def _text(path: Path) -> str:
    return path.read_bytes().decode("ascii")  # bytes: line ends stay as they are


def _check_seed(seed: str, root: str) -> None:
    """A seed names the book that it was rolled for. Raises Refuted or draw.BadDraw."""
    named = seed.split(",")[1] if seed.startswith(f"{draw.WHOLE},") else draw.parts(seed)[0]
    if named != root:
        raise Refuted(f"the seed was rolled for the book {named}, not for {root}")


def _bound(units: dict[str, int], order: dict[str, Decimal], checks: list[bound.Check], confidence: float | None) -> None:
    """Print what the checks give. Raises Refuted at the first gap, where the bound is 0, and bound.BadChecks."""
    if gap := draw.gap(order, (name for name, _reading in checks)):
        turn, instead = gap
        print("At least: 0.")
        raise Refuted(f"it was the turn of {turn}, but {instead} was checked instead: the bound is 0")
    counts = [(units[name], reading) for name, reading in checks]
    right, missing = sum(r is not None and r >= c for c, r in counts), sum(r is None for _c, r in counts)
    print(f"Checks: {len(checks)} without a gap; {right} as claimed or more, {len(checks) - right - missing} short, {missing} not visited.")
    if confidence is None:
        print(f"Counted whole: {bound.folded(units, checks).found} of {draw.total(units)}, exactly.")
        return
    amount, share = bound.at_least(units, checks, confidence), bound.lower_bound(units, checks, confidence)
    print(f"At least: {amount} of {draw.total(units)} (a share of {share:.9f}), with a confidence of {confidence:.6g}.")
