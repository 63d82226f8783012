"""``kheo tally``; and `kheo verify` recounts secret votes, also where there is no Django."""

from typing import Any

from kheo.ballots.count import command
from kheo.ballots.recount import Recount
from kheo.openlog import audits

audits.register(Recount)


def add_commands(subparsers: Any) -> None:
    """Offer the commands to ``kheo.cli``."""
    command.add_to(subparsers)
