"""The pool: offering to count, taking it back, promising silence; and the boards, who are in it by their role."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.checks import rules
from kheo.checks.actions.visits import decline_visit
from kheo.checks.models import Volunteer, volunteer_key
from kheo.checks.models.visit import VolunteerQuerySet
from kheo.checks.verbs import VisitVerb as Verb
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import Invalid, require
from kheo.openlog.door import act, lock, writes
from kheo.people.household_door import before
from kheo.people.models import Assignment
from kheo.places.models import Place, Rank


@writes
def join_pool(actor: Actor, home: Place, *, act_id: UUID | None = None) -> Volunteer:
    """ "I'll go and count now and then": with an account or a household's card. ``home``: the area one is never sent to. Raises Refused."""
    home = lock(home, "parent")
    require(rules.may_join_pool(actor, home))
    if actor.household:
        _take_over(actor)
    who = {"user_id": actor.user_id} if actor.user_id is not None else {"key": volunteer_key(actor)}
    volunteer, new = Volunteer.objects.get_or_create(**who, defaults={"home": home, "joined_at": clock.now()})
    if not new:
        volunteer.home, volunteer.joined_at, volunteer.left_at, volunteer.board = home, clock.now(), None, False
        volunteer.save(update_fields=["home", "joined_at", "left_at", "board"])
    return act(Verb.POOL_JOINED, actor, volunteer, place=_ward(home).slug, private={"home": home.slug}, late=actor.nameless)


def _take_over(household: Actor) -> None:
    """Give a household whose card was shut and printed anew the place it had: else one home would stand in the pool twice.

    Should somebody else live there now, they only aren't sent where those before them were; what those were asked goes to others.
    """
    if Volunteer.objects.of(household).exists():
        return
    for former in before(household):
        volunteer = Volunteer.objects.of(former).first()
        if volunteer is None:
            continue
        for visit in volunteer.visits.open().select_related("unit").order_by("unit__book_id", "pk"):
            decline_visit(former, visit)
        Volunteer.objects.filter(pk=volunteer.pk).update(key=volunteer_key(household))
        return


@writes
def leave_pool(actor: Actor, volunteer: Volunteer, *, act_id: UUID | None = None) -> Volunteer:
    """Take the offer back, without a reason; whatever they were asked goes to somebody else. Raises Refused."""
    visits = list(volunteer.visits.open().select_related("unit").order_by("unit__book_id", "pk"))
    for visit in visits:  # first, since books are locked before volunteers
        decline_visit(actor, visit)
    volunteer = lock(volunteer, "home__parent")
    require(rules.may_leave_pool(actor, volunteer))
    volunteer.left_at = clock.now()
    volunteer.save(update_fields=["left_at"])
    at = _ward(volunteer.home) if volunteer.home else Place.objects.get(rank=Rank.CITY)
    return act(Verb.POOL_LEFT, actor, volunteer, place=at.slug, late=actor.nameless)


@writes
def swear_in(actor: Actor, place: Place, *, volunteer: Volunteer, signed_on: date, act_id: UUID | None = None) -> Volunteer:
    """Write down that somebody signed the promise of silence about homes on ``signed_on``; the paper stays at the ward.

    ``volunteer``: one of :func:`unsworn`. Raises Refused, Invalid("volunteer" | "signed_on").
    """
    place = lock(place)
    require(rules.may_swear_in(actor, place))
    if not unsworn(place).filter(pk=volunteer.pk).exists():
        raise Invalid("volunteer", _("This person doesn't check here, or has promised already."))
    if signed_on > clock.today():
        raise Invalid("signed_on", _("This day has not come yet."))
    volunteer = lock(volunteer)
    volunteer.sworn, volunteer.sworn_on = True, signed_on
    volunteer.save(update_fields=["sworn", "sworn_on"])
    who = {"checker": f"user:{volunteer.user_id}", "signed_on": str(signed_on)}
    return act(Verb.SWORN, actor, volunteer, place=place.slug, private=who)


def unsworn(place: Place) -> VolunteerQuerySet:
    """Accounts that check in this ward or live in it, and have not promised silence. Households have no name to sign with."""
    here = Assignment.objects.current().filter(role=Role.CHECKER, place__in=place.ids()).values("user")
    found = Volunteer.objects.current().filter(user__isnull=False, user__is_active=True, sworn=False)
    return (found.filter(home__path__startswith=place.path or "-") | found.filter(board=True, user__in=here)).order_by("user__name", "pk")


def enrol_boards() -> int:
    """Give everybody who holds the role of a checker their place in the pool; returns how many are new. For the worker.

    No act: the role is one, and this row says nothing more. Whoever left the pool stays out.
    """
    held = Assignment.objects.current().filter(role=Role.CHECKER, user__is_active=True, user__volunteer__isnull=True)
    new = {a.user_id: a.user for a in held.select_related("user__opened_at")}
    rows = [Volunteer(user=user, home=_area(user.opened_at), board=True, joined_at=clock.now()) for user in new.values()]
    Volunteer.objects.bulk_create(rows, ignore_conflicts=True)  # two workers at once leave one
    return len(rows)


def _area(place: Place | None) -> Place | None:
    return place if place is not None and place.rank == Rank.AREA else None


def _ward(home: Place) -> Place:
    return home.parent or home
