"""What rooms check beyond the log's own shape: `kheo verify` shows each audit the entries of its verbs. The log knows none of them.

A room registers in its ``commands.py`` (the command line loads every room's): ``audits.register(Recount)``. No Django.
"""

from collections.abc import Callable
from typing import Any, Protocol


class Audit(Protocol):
    """Made anew for every replay. An audit that also has ``heads``, (size, root in hex, index of the entry that names it), has these tree
    heads proven against the signed one."""

    verbs: frozenset[str]

    def see(self, index: int, entry: dict[str, Any]) -> None:
        """One decoded entry of these verbs, in the log's order. Raises ``verify.Wrong``."""
        ...

    def done(self) -> list[str]:
        """After the last entry: lines for the terminal. Raises ``verify.Wrong``."""
        ...


_registered: list[Callable[[], Audit]] = []


def register(audit: Callable[[], Audit]) -> None:
    """Have every replay run this audit. Registering twice is registering once."""
    if audit not in _registered:
        _registered.append(audit)


def fresh() -> list[Audit]:
    """One of each for a replay."""
    return [audit() for audit in _registered]
