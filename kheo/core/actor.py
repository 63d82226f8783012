"""Who acts. This is all that a rule may know of a person: a key and roles at places, never opinions or history."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What a person may be asked to do at a place and everything below it. Held for a term, never for good."""

    #: Runs the installation: places, accounts, roles. No say in any matter.
    OPERATOR = "operator"
    #: Sits on the city board: sees every ward's work, recognises models.
    CITY_BOARD = "city_board"
    #: Ward officer (Front, mass organisation): registers, returns with advice, answers, hides with a reason.
    OFFICER = "officer"
    #: Head of an area: meetings, contributions, results, proxy entry for neighbours.
    HEAD = "head"
    #: Leads initiatives for an organisation (school, unit, business, mass organisation).
    ORGANISER = "organiser"
    #: Checks on site: supervision board or trained resident.
    CHECKER = "checker"
    #: Answers for a site (a road, a canal), never for homes.
    STEWARD = "steward"


class HasPath(Protocol):
    """Anything that lies at a place: ``path`` is the materialised path ``/1/12/40/`` of :class:`places.Place`."""

    @property
    def path(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at the place with this path and at everything below it."""

    role: Role
    path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts. ``key`` is stable per account, household or device ("user:7", "household:…", "device:…").

    ``user_id`` is None when nameless. ``household`` is the path of the area whose card this household signed in with, else "":
    a household is nameless too, and all that a rule may know of it is its area.
    """

    key: str
    user_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    household: str = ""

    @property
    def nameless(self) -> bool:
        """True when nobody is signed in by name (a household with its card has none)."""
        return self.user_id is None

    def lives_at(self, place: HasPath) -> bool:
        """True when the card that was signed in with belongs to this area, or to one below this place."""
        return bool(self.household) and self.household.startswith(place.path or "/")

    def has(self, *roles: Role, at: HasPath) -> bool:
        """True when one of the roles covers the place."""
        return any(g.role in roles and (at.path or "").startswith(g.path) for g in self.grants)

    def holds(self, *roles: Role) -> bool:
        """True when one of the roles is held anywhere."""
        return any(g.role in roles for g in self.grants)


#: The city's worker: what is done when its day has come, by nobody in particular.
SYSTEM = Actor(key="system:worker", name="Khéo")
