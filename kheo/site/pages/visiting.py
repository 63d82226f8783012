"""What stands on a desk, or on a household's page, for who goes and counts. Never the place: that is on the visit's own page."""

from typing import Any

from django.urls import reverse

from kheo.catalogue import kits
from kheo.checks.dispatching import waiting_places
from kheo.checks.models import Book, Visit, VisitState, Volunteer
from kheo.checks.rules import may_join_pool
from kheo.core.actor import Actor, Role
from kheo.people.models import User
from kheo.places.models import Place, Rank


def of(actor: Actor) -> dict[str, Any]:
    """For ``pages/_visits.html``: what this reader was asked, whether they are in the pool, and where to offer."""
    volunteer = Volunteer.objects.of(actor).first()
    here = volunteer is not None and volunteer.left_at is None
    home = None if here else _home(actor)
    return {
        "visits": [_line(visit) for visit in _asked(volunteer)] if volunteer else [],
        "in_pool": here,
        "leave_pool": reverse("checks:leave-pool", args=[volunteer.pk]) if here and volunteer else "",
        "nobody": _nobody(actor),
        "join_pool": reverse("checks:join-pool", args=[home.slug]) if home and may_join_pool(actor, home) else "",
    }


def _asked(volunteer: Volunteer) -> list[Visit]:
    found = volunteer.visits.open().filter(unit__closed_at=None).order_by("answer_by", "pk")
    return list(
        found.select_related("unit__result__initiative").only("code", "state", "answer_by", "visit_by", "unit__result__initiative__kit")
    )


def _line(visit: Visit) -> dict[str, Any]:
    yes = visit.state == VisitState.ACCEPTED
    return {
        "url": visit.get_absolute_url(),
        "kit": kits().get(visit.unit.result.initiative.kit),
        "yes": yes,
        "by": visit.visit_by if yes else visit.answer_by,
    }


def _home(actor: Actor) -> Place | None:
    """The area the reader lives in, as far as it is known: the card's, the account's, or the one they head."""
    areas = Place.objects.areas().defer("geometry")
    if actor.household:
        return areas.filter(path=actor.household).first()
    headed = [grant.path for grant in actor.grants if grant.role == Role.HEAD]
    opened = User.objects.filter(pk=actor.user_id or 0, opened_at__rank=Rank.AREA).values("opened_at")
    return areas.filter(pk__in=opened).first() or areas.filter(path__in=headed).first()


def _nobody(actor: Actor) -> list[tuple[Book, int]]:
    """For the city board: rounds with places to which nobody can go just now, and how many."""
    if not actor.holds(Role.CITY_BOARD):
        return []
    books = Book.objects.public().checking().select_related("scope").defer("scope__geometry").order_by("closes_on", "pk")
    counted = [(book, waiting_places(book)) for book in books if actor.has(Role.CITY_BOARD, at=book.scope)]
    return [(book, places) for book, places in counted if places]
