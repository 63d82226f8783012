"""Who may be asked to check a result: the list behind :func:`rules.may_check`, in one query. A property test proves both equal."""

from django.db.models import Exists, OuterRef, QuerySet

from kheo.checks.models import Check
from kheo.checks.rules import STANDING_GRANTS
from kheo.core.actor import Role
from kheo.ledger.models import Giver
from kheo.people.models import Assignment, Organisation, User
from kheo.results.models import Result


def checkers_for(result: Result) -> QuerySet[User]:
    """Everybody for whom ``may_check(user, result)`` says yes."""
    initiative = result.initiative
    here = Assignment.objects.current().filter(user=OuterRef("pk"), role=Role.CHECKER, place__in=result.place.ids())
    granting = {"grants__initiative": initiative, "grants__state__in": STANDING_GRANTS}  # of both conditions one and the same grant
    theirs = Assignment.objects.current().filter(user=OuterRef("pk"), organisation__in=Organisation.objects.filter(**granting))
    offered = User.objects.filter(pk=OuterRef("pk"), grants_offered__initiative=initiative, grants_offered__state__in=STANDING_GRANTS)
    gave = Giver.objects.filter(user=OuterRef("pk"))
    return (
        User.objects.filter(Exists(here), is_active=True)
        .exclude(pk=initiative.organiser_id)
        .exclude(Exists(Result.objects.filter(initiative=initiative, reported_by=OuterRef("pk"))))
        .exclude(Exists(gave.filter(posting__initiative=initiative)))
        .exclude(Exists(gave.filter(pledge__initiative=initiative)))
        .exclude(Exists(theirs))
        .exclude(Exists(offered))
        .exclude(Exists(Check.objects.standing().filter(result=result, checker=OuterRef("pk"))))
        .order_by("name", "pk")
    )
