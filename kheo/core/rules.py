"""Answers of rules: yes, or no with the reason that is shown to the person.

A rule is a pure function ``may_<verb>(actor, thing) -> Answer``. The same rule that refuses an act hides its button.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Yes:
    """The act is allowed."""

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class No:
    """The act is refused; ``reason`` is a whole sentence in the person's language."""

    reason: "_StrOrPromise"

    def __bool__(self) -> Literal[False]:
        return False


Answer = Yes | No
YES = Yes()


class Refused(PermissionDenied):
    """A rule said no. ``reason`` is shown to the person as it is (HTTP 403)."""

    def __init__(self, reason: "_StrOrPromise") -> None:
        super().__init__(reason)
        self.reason = reason


class Invalid(ValueError):
    """A value cannot be taken. ``field`` is the form field it came from, or ``None`` for the whole form."""

    def __init__(self, field: str | None, message: "_StrOrPromise") -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def require(answer: Answer) -> None:
    """Raise :class:`Refused` with the rule's reason unless the answer is yes."""
    if isinstance(answer, No):
        raise Refused(answer.reason)
