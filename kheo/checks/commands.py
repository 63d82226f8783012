"""``kheo draw`` and ``kheo simulate``; and `kheo verify` draws and folds every round again, also where there is no Django."""

from typing import Any

from kheo.checks import redraw
from kheo.checks.recount import Recount
from kheo.checks.simulate import command as simulate
from kheo.openlog import audits

audits.register(Recount)


def add_commands(subparsers: Any) -> None:
    """Offer the commands to ``kheo.cli``."""
    redraw.add_to(subparsers)
    simulate.add_to(subparsers)
