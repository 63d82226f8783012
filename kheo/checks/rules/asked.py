"""Who may ask for a check, who may be asked, and who may answer."""

from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Check, State, Volunteer
from kheo.checks.models.apart import given_to
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.people.models import Assignment, User
from kheo.places.models import Place
from kheo.results.models import Result
from kheo.results.sums import is_private


def may_ask_check(actor: Actor, result: Result) -> Answer:
    """An officer of the ward; one person at a time goes, unless the one who was asked is late."""
    if not actor.has(Role.OFFICER, at=result.place):
        return No(_("Only an officer of the ward asks somebody to check."))
    if result.withdrawn_at is not None:
        return No(_("This result was corrected. Please look at the newer one."))
    if result.checked is not None:
        return No(_("This result has been checked on site already."))
    if any(c.state == State.ASKED and c.due_on >= clock.today() for c in result.readings.all()):
        return No(_("Somebody has been asked and still has time to go."))
    return YES


def may_check(user: User, result: Result) -> Answer:
    """Whether this person may be asked to check: somebody who checks here and has no part in the work. The twin of :func:`eligible`."""
    initiative = result.initiative
    if not user.is_active or not _checks_at(user, result.place):
        return No(_("This person doesn't check in this place."))
    if _answers_for(user, set(result.place.ids()) | set(initiative.place.ids())):
        return No(_("Whoever holds an office in a place doesn't check it."))
    if is_private(result.indicator) and not Volunteer.objects.filter(user=user, sworn=True).exists():
        return No(_("Only somebody who promised silence on paper is sent to a home."))
    if user.pk in reporters(result):
        return No(_("Whoever reported a result can't check it."))
    if user.pk == initiative.organiser_id:
        return No(_("Whoever leads a work can't check it."))
    if gave(user, initiative.pk):
        return No(_("Whoever gave to a work can't check it."))
    if Check.objects.standing().filter(result=result, checker=user).exists():
        return No(_("This person has been asked already. Please ask somebody else."))
    return YES


def _checks_at(user: User, place: Place) -> bool:
    return Assignment.objects.current().filter(user=user, role=Role.CHECKER, place__in=place.ids()).exists()


def _answers_for(user: User, places: set[int]) -> bool:
    """True for a head or an officer there: they lead or look after its works, whatever other role somebody gave them."""
    return Assignment.objects.current().filter(user=user, role__in=(Role.HEAD, Role.OFFICER), place__in=places).exists()


def reporters(result: Result) -> set[int]:
    """Everybody who reported anything of the same work: the claim's author, and those of what it corrects."""
    return set(Result.objects.filter(initiative=result.initiative_id).values_list("reported_by_id", flat=True))


def gave(user: User, initiative_id: int) -> bool:
    """True for who gave to the work by name, offered a grant to it, or has a role for the organisation that gives it."""
    return given_to(user.pk).filter(pk=initiative_id).exists()


def may_record_check(actor: Actor, check: Check) -> Answer:
    """The one who was asked, while nobody else has checked it, and while nothing has changed that would have ruled them out."""
    if isinstance(answer := _may_answer(actor, check), No):
        return answer
    result, initiative = check.result, check.result.initiative
    user = check.checker
    office = _answers_for(user, set(result.place.ids()) | set(initiative.place.ids()))
    if office or user.pk in reporters(result) or user.pk == initiative.organiser_id or gave(user, initiative.pk):
        return No(_("You now take part in this work yourself, so somebody else has to count. Please hand it back."))
    return YES


def may_decline_check(actor: Actor, check: Check) -> Answer:
    """The one who was asked, without a reason."""
    return _may_answer(actor, check)


def may_report_unreached(actor: Actor, check: Check) -> Answer:
    """The one who was asked."""
    return _may_answer(actor, check)


def may_see_check(actor: Actor, check: Check) -> Answer:
    """The one who was asked. The claim is not on that page, so that the count stays blind."""
    if actor.nameless:
        return No(_("Please sign in to see what you were asked to count."))
    if actor.user_id != check.checker_id:
        return No(_("Somebody else was asked to count this."))
    return YES


def _may_answer(actor: Actor, check: Check) -> Answer:
    if isinstance(answer := may_see_check(actor, check), No):
        return answer
    if check.state == State.DONE:
        return No(_("You have already counted this. Thank you!"))
    if check.state != State.ASKED:
        return No(_("You have handed this back. Somebody else will be asked."))
    if check.result.checked is not None:
        return No(_("Somebody else has counted this in the meantime. Thank you all the same!"))
    if check.result.withdrawn_at is not None:
        return No(_("This doesn't need to be counted any more. Thank you all the same!"))
    return YES
