"""Who may offer to count, be sent, answer and read. A visit belongs to one account or one household's card and opens to nobody else."""

from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Kind, Phase, Unit, Visit, VisitState, Volunteer
from kheo.checks.rules.asked import gave, reporters
from kheo.checks.rules.books import holds_office
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.people.models import Assignment, User
from kheo.places.models import Place, Rank
from kheo.results.models import Result
from kheo.results.sums import is_private


def may_join_pool(actor: Actor, home: Place) -> Answer:
    """Anybody with an account, for the area they live in; a household with its card, for the card's."""
    if actor.nameless and not actor.household:
        return No(_("Please sign in with your account or your household's card: so one home counts once."))
    if home.rank != Rank.AREA:
        return No(_("Please choose the area you live in: you are never sent to count there."))
    if actor.household and actor.household != home.path:
        return No(_("Your household's card belongs to another area."))
    if any(v.left_at is None and not v.board for v in Volunteer.objects.of(actor)):
        return No(_("You offered already. Thank you!"))
    return YES


def may_leave_pool(actor: Actor, volunteer: Volunteer) -> Answer:
    """Whoever offered, at any time, without a reason."""
    if not Volunteer.objects.of(actor).filter(pk=volunteer.pk).exists():
        return No(_("Somebody else offered this."))
    if volunteer.left_at is not None:
        return No(_("You are not on the list any more."))
    return YES


def may_swear_in(actor: Actor, place: Place) -> Answer:
    """An officer or the city board, for those who check in their ward."""
    if place.rank > Rank.WARD:
        return No(_("The ward keeps these papers."))
    if not actor.has(Role.OFFICER, Role.CITY_BOARD, at=place):
        return No(_("Only an officer of the ward keeps these papers."))
    return YES


def may_visit(volunteer: Volunteer, unit: Unit) -> Answer:
    """Whether this volunteer may be sent to this unit. The twin of :func:`kheo.checks.eligible.volunteers_for`."""
    result, user = unit.result, volunteer.user
    places = set(result.place.ids()) | set(result.initiative.place.ids())
    if volunteer.left_at is not None or (user is not None and not user.is_active):
        return No(_("They don't offer to count any more."))
    if volunteer.home_id in places or (user is not None and _opened_in(user, places)):
        return No(_("Nobody is sent to count in their own area."))
    if is_private(result.indicator) and not (volunteer.sworn and user is not None):
        return No(_("Only somebody who promised silence on paper is sent to a home."))
    if user is not None and (answer := _without_part(volunteer, result, places)) is not None:
        return answer
    if volunteer.board and (user is None or not _holds(user.pk, (Role.CHECKER,), result.place.ids())):
        return No(_("This board doesn't check in this place."))
    if unit.visits.filter(volunteer=volunteer).exists():
        return No(_("They have been asked to go there already."))
    return YES


def _without_part(volunteer: Volunteer, result: Result, places: set[int]) -> No | None:
    user = volunteer.user
    assert user is not None  # noqa: S101 – asked of accounts alone
    if _holds(user.pk, (Role.HEAD, Role.OFFICER), places) or _holds(user.pk, (Role.STEWARD,), sites_of(result)):
        return No(_("Whoever holds an office in a place doesn't check it."))
    if takes_part(volunteer, result):
        return No(_("Whoever has a part in a work can't check it."))
    return None


def _opened_in(user: User, places: set[int]) -> bool:
    """True of an account that was opened in one of these areas, whichever home its owner named since."""
    return user.opened_at is not None and user.opened_at.rank == Rank.AREA and user.opened_at_id in places


def sites_of(result: Result) -> list[int]:
    """The road or canal that was worked on: its steward answers for it."""
    return [pk for pk in (result.site_id, result.initiative.site_id) if pk is not None]


def takes_part(volunteer: Volunteer, result: Result) -> bool:
    """Whether they reported, lead or gave to the work. Of households nothing is known but the area."""
    user = volunteer.user
    if user is None:
        return False
    return user.pk == result.initiative.organiser_id or user.pk in reporters(result) or gave(user, result.initiative_id)


def _holds(user: int, roles: tuple[Role, ...], places: "set[int] | list[int]") -> bool:
    return Assignment.objects.current().filter(user=user, role__in=roles, place__in=places).exists()


def may_see_visit(actor: Actor, visit: Visit) -> Answer:
    """The one who was asked, by account or by the household's card."""
    if actor.nameless and not actor.household:
        return No(_("Please sign in to see what you were asked to count."))
    if visit.volunteer_id is None or not Volunteer.objects.of(actor).filter(pk=visit.volunteer_id).exists():
        return No(_("Somebody else was asked to count this."))
    return YES


def may_accept_visit(actor: Actor, visit: Visit) -> Answer:
    """The one who was asked, while the offer stands."""
    if isinstance(answer := _may_answer(actor, visit), No):
        return answer
    return YES if visit.state == VisitState.OFFERED else No(_("You said yes already. The place is shown below."))


def may_decline_visit(actor: Actor, visit: Visit) -> Answer:
    """The one who was asked, before or after they saw the place; no reason is asked."""
    return _may_answer(actor, visit)


def may_read(actor: Actor, visit: Visit) -> Answer:
    """The one who said yes, while the check is open, and while they have no part in the work."""
    if isinstance(answer := _may_go(actor, visit), No):
        return answer
    assert visit.volunteer is not None  # noqa: S101 – the rule has seen it
    if takes_part(visit.volunteer, visit.unit.result):
        return No(_("You now take part in this work yourself, so somebody else has to count. Please hand it back."))
    return YES


def may_say_unreached(actor: Actor, visit: Visit) -> Answer:
    """The one who said yes."""
    return _may_go(actor, visit)


def may_reread(actor: Actor, unit: Unit) -> Answer:
    """The city board, without those who have an office there or a part in the work, once the check is closed. The reason is public."""
    if not actor.has(Role.CITY_BOARD, at=unit.book.scope):
        return No(_("Only the city board corrects the reading of a check."))
    if holds_office(actor, unit.book.scope):
        return No(_("You hold an office in this place yourself. Somebody else of the city board has to do this."))
    if _has_part(actor, unit.result):
        return No(_("You have a part in this work. Somebody else has to look at it."))
    if unit.closed_at is None:
        return No(_("This check is still open."))
    if unit.book.phase == Phase.ABANDONED or unit.book.kind == Kind.REVIEW:
        return No(_("Nothing rests on this reading."))
    return YES


def _has_part(actor: Actor, result: Result) -> bool:
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id is not None else None
    if user is None:
        return False
    return user.pk == result.initiative.organiser_id or user.pk in reporters(result) or gave(user, result.initiative_id)


def _may_go(actor: Actor, visit: Visit) -> Answer:
    if isinstance(answer := _may_answer(actor, visit), No):
        return answer
    return YES if visit.state == VisitState.ACCEPTED else No(_("Please say first that you will go."))


def _may_answer(actor: Actor, visit: Visit) -> Answer:
    if isinstance(answer := may_see_visit(actor, visit), No):
        return answer
    if visit.state == VisitState.DONE:
        return No(_("You have already counted this. Thank you!"))
    if visit.unit.closed_at is not None or visit.unit.book.phase != Phase.SEEDED:
        return No(_("This doesn't need to be counted any more. Thank you all the same!"))
    if visit.state == VisitState.EXPIRED:
        return No(_("The time for this visit is over; somebody else is asked. Thank you all the same!"))
    if visit.state in (VisitState.DECLINED, VisitState.UNREACHED):
        return No(_("You have handed this back. Somebody else will be asked."))
    return YES
