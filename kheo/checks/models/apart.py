"""Who of the city board stands apart from a work: without an office at its place, a part in it, or a gift to it."""

from collections.abc import Collection
from typing import Protocol

from django.db.models import Q, QuerySet

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.initiatives.models import Initiative
from kheo.ledger.models import Giver
from kheo.people.models import Assignment
from kheo.results.models import Result

#: Grants that give their giver a part in a work: all but the declined. The room above that keeps them is known here by its tables only.
STANDING_GRANTS = ("offered", "accepted", "closed")


def given_to(user: int) -> QuerySet[Initiative]:
    """The works that an account gave to by name, or offered a grant to, or whose giver it has a role for."""
    today, named = clock.today(), Giver.objects.filter(user=user)
    granted = Q(grants__state__in=STANDING_GRANTS)
    theirs = Q(grants__giver__assignments__user=user, grants__giver__assignments__since__lte=today)
    theirs &= Q(grants__giver__assignments__until=None) | Q(grants__giver__assignments__until__gte=today)
    found = Q(pk__in=named.filter(posting__isnull=False).values("posting__initiative"))
    found |= Q(pk__in=named.filter(pledge__isnull=False).values("pledge__initiative"))
    return Initiative.objects.filter(found | granted & Q(grants__offered_by=user) | granted & theirs).order_by().distinct()


def is_giver(actor: Actor, results: Collection[Result]) -> bool:
    """Whether this person gave to one of these results' works."""
    works = [result.initiative_id for result in results]
    return actor.user_id is not None and given_to(actor.user_id).filter(pk__in=works).exists()


def somebody_else(results: Collection[Result], but: int | None) -> bool:
    """Whether the board has another who stands apart from all these results' works."""
    places = {pk for result in results for pk in result.place.ids()}
    common = set.intersection(*(set(result.place.ids()) for result in results))
    works = {result.initiative_id for result in results}
    board = Assignment.objects.current().filter(role=Role.CITY_BOARD, place__in=common, user__is_active=True).exclude(user=but)
    office = Assignment.objects.current().filter(role__in=(Role.HEAD, Role.OFFICER), place__in=places)
    reported = Result.objects.filter(initiative__in=works)
    able = board.exclude(user__in=office.values("user")).exclude(user__in=reported.values("reported_by"))
    able = able.exclude(user__in=Initiative.objects.filter(pk__in=works).values("organiser"))
    return any(not given_to(user).filter(pk__in=works).exists() for user in set(able.values_list("user", flat=True)))


class Doubt(Protocol):
    """A dispute or a flag: ``about`` are the results that whoever looks at it has to stand apart from."""

    pk: int

    @property
    def about(self) -> list[Result]: ...


def left_to_others(actor: Actor, doubts: Collection[Doubt]) -> list[int]:
    """Those of ``doubts``, all about works that this person gave to, at which somebody else of the board can look."""
    return [doubt.pk for doubt in doubts if somebody_else(doubt.about, but=actor.user_id)]
