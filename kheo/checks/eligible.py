"""Who may be asked to check: the lists behind the rules, each in one query. Property tests prove list and rule equal."""

import hashlib
import hmac

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from kheo.checks import draw
from kheo.checks.models import Check, Unit, Visit, Volunteer
from kheo.checks.rules import STANDING_GRANTS, sites_of
from kheo.core.actor import Role
from kheo.ledger.models import Giver
from kheo.people.models import Assignment, Organisation, User
from kheo.places.models import Rank
from kheo.results.models import Result
from kheo.results.sums import is_private


def checkers_for(result: Result) -> QuerySet[User]:
    """Everybody for whom ``may_check(user, result)`` says yes."""
    initiative = result.initiative
    here = Assignment.objects.current().filter(user=OuterRef("pk"), role=Role.CHECKER, place__in=result.place.ids())
    places = {*result.place.ids(), *initiative.place.ids()}
    office = Assignment.objects.current().filter(user=OuterRef("pk"), role__in=(Role.HEAD, Role.OFFICER), place__in=places)
    granting = {"grants__initiative": initiative, "grants__state__in": STANDING_GRANTS}  # of both conditions one and the same grant
    theirs = Assignment.objects.current().filter(user=OuterRef("pk"), organisation__in=Organisation.objects.filter(**granting))
    offered = User.objects.filter(pk=OuterRef("pk"), grants_offered__initiative=initiative, grants_offered__state__in=STANDING_GRANTS)
    gave = Giver.objects.filter(user=OuterRef("pk"))
    able = User.objects.filter(Exists(here), is_active=True)
    if is_private(result.indicator):
        able = able.filter(volunteer__sworn=True)
    return (
        able.exclude(pk=initiative.organiser_id)
        .exclude(Exists(office))
        .exclude(Exists(Result.objects.filter(initiative=initiative, reported_by=OuterRef("pk"))))
        .exclude(Exists(gave.filter(posting__initiative=initiative)))
        .exclude(Exists(gave.filter(pledge__initiative=initiative)))
        .exclude(Exists(theirs))
        .exclude(Exists(offered))
        .exclude(Exists(Check.objects.standing().filter(result=result, checker=OuterRef("pk"))))
        .order_by("name", "pk")
    )


def drawn_for_home(result: Result) -> User | None:
    """Of those who may be asked to count at a home, the one whom chance chooses: nobody picks who goes.

    Once they have handed it back, it is drawn again.
    """
    able = {str(pk): pk for pk in checkers_for(result).values_list("pk", flat=True)}
    if not able:
        return None
    turn = Check.objects.filter(result=result).count()
    seed = hmac.new(settings.SECRET_KEY.encode(), f"home|{result.pk}|{turn}".encode(), hashlib.sha256).hexdigest()
    return User.objects.get(pk=able[draw.order_of_checkers(seed, str(result.pk), able)[0]])


def volunteers_for(unit: Unit) -> QuerySet[Volunteer]:
    """Everybody in the pool for whom ``may_visit(volunteer, unit)`` says yes."""
    result, initiative = unit.result, unit.result.initiative
    places = {*result.place.ids(), *initiative.place.ids()}
    account = OuterRef("user")
    held = Assignment.objects.current().filter(user=account)
    granting = {"grants__initiative": initiative, "grants__state__in": STANDING_GRANTS}
    offered = User.objects.filter(pk=account, grants_offered__initiative=initiative, grants_offered__state__in=STANDING_GRANTS)
    gave = Giver.objects.filter(user=account)
    found = (
        Volunteer.objects.current()
        .exclude(home__in=places)
        .exclude(user__opened_at__in=places, user__opened_at__rank=Rank.AREA)
        .exclude(Exists(held.filter(role=Role.STEWARD, place__in=sites_of(result))))
        .exclude(user__is_active=False)
        .exclude(user=initiative.organiser_id)
        .filter(Q(board=False) | Exists(held.filter(role=Role.CHECKER, place__in=result.place.ids())))
        .exclude(Exists(held.filter(role__in=(Role.HEAD, Role.OFFICER), place__in=places)))
        .exclude(Exists(Result.objects.filter(initiative=initiative, reported_by=account)))
        .exclude(Exists(gave.filter(posting__initiative=initiative)))
        .exclude(Exists(gave.filter(pledge__initiative=initiative)))
        .exclude(Exists(held.filter(organisation__in=Organisation.objects.filter(**granting))))
        .exclude(Exists(offered))
        .exclude(Exists(Visit.objects.filter(unit=unit, volunteer=OuterRef("pk"))))
        .order_by("pk")
    )
    return found.filter(sworn=True, user__isnull=False) if is_private(result.indicator) else found
