"""``kheo tally FILE.pb``: any published election over a budget, counted again."""

import argparse
import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from kheo.ballots.count import pabulib
from kheo.ballots.count.election import Election, Outcome, Utility, plain
from kheo.ballots.count.equal_shares import ADD1, COMPLETIONS, equal_shares, greedy

EQUAL_SHARES, GREEDY = "equal-shares", "greedy"


def _increment(text: str) -> Fraction:
    try:
        found = Fraction(text)
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if found <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above zero")
    return found


def add_to(subparsers: Any) -> None:
    """Offer the command."""
    tally = subparsers.add_parser("tally", help="count an election over a budget from its Pabulib file, exactly")
    tally.add_argument("file", type=Path, metavar="FILE.pb")
    tally.add_argument("--rule", choices=(EQUAL_SHARES, GREEDY), default=EQUAL_SHARES)
    tally.add_argument("--completion", choices=COMPLETIONS, default=ADD1, help="what happens with money left over (equal shares)")
    more = "how much Add1 gives each voter more: what the file says under budget_increment, else 1"
    tally.add_argument("--increment", type=_increment, metavar="UNITS", help=more)
    tally.add_argument(
        "--utility", choices=[u.value for u in Utility], help="worth of a project: its cost (approval votes) or its score (all others)"
    )
    tally.add_argument("--json", action="store_true", help="for machines")
    tally.set_defaults(run=run, needs_django=False)


def run(args: argparse.Namespace) -> int:
    """Exit code 0: counted. 2: the file can't be read."""
    try:
        election = pabulib.read_file(args.file)
        increment = args.increment or pabulib.increment_of(election)
    except pabulib.BadFile as e:
        print(f"{args.file}: {e}", file=sys.stderr)
        return 2
    except OSError as e:
        print(f"{args.file} can't be read: {e.strerror}", file=sys.stderr)
        return 2
    for doubt in pabulib.doubts(election):
        print(f"{args.file}: {doubt}", file=sys.stderr)
    utility = Utility(args.utility) if args.utility else Utility.COST if election.kind in pabulib.APPROVAL else Utility.SCORE
    if args.rule == GREEDY:
        outcome = greedy(election)
        rule = GREEDY
    else:
        outcome = equal_shares(election, args.completion, utility, increment)
        rule = f"{EQUAL_SHARES}, completion {args.completion}, utility {utility}"
        rule += f", increment {plain(increment)}" if args.completion == ADD1 else ""
    if args.json:
        print(json.dumps(_data(election, outcome, rule), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(election, outcome, rule)))
    return 0


def _official(election: Election, outcome: Outcome) -> str:
    """How the outcome compares with the file's own column, if it has one."""
    told = {i for i, p in enumerate(election.projects) if p.selected}
    if all(p.selected is None for p in election.projects):
        return "unknown"
    return "same" if told == set(outcome.chosen) else "different"


def _data(election: Election, outcome: Outcome, rule: str) -> dict[str, Any]:
    return {
        "rule": rule,
        "budget": plain(election.budget),
        "voters": len(election.ballots),
        "projects": len(election.projects),
        "chosen": [election.projects[i].id for i in outcome.chosen],
        "count": len(outcome.chosen),
        "cost": plain(outcome.cost),
        "share": plain(outcome.share),
        "official": _official(election, outcome),
    }


def _lines(election: Election, outcome: Outcome, rule: str) -> list[str]:
    currency = (election.meta or {}).get("currency", "")
    wide = max((len(election.projects[i].id) for i in outcome.chosen), default=0)
    costs = {i: plain(election.projects[i].cost) for i in outcome.chosen}
    digits = max((len(cost) for cost in costs.values()), default=0)
    lines = [
        f"Rule: {rule}",
        f"{len(election.ballots)} voters, {len(election.projects)} projects, budget {plain(election.budget)} {currency}".rstrip(),
    ]
    for i in outcome.chosen:
        project = election.projects[i]
        lines.append(f"  {project.id:<{wide}}  {costs[i]:>{digits}}  {election.votes[i]} votes  {project.name}".rstrip())
    lines.append(f"{len(outcome.chosen)} projects chosen, total cost {plain(outcome.cost)} {currency}".rstrip())
    match _official(election, outcome):
        case "same":
            lines.append("The file's own column `selected` says the same.")
        case "different":
            lines.append("The file's own column `selected` says otherwise.")
    return lines
