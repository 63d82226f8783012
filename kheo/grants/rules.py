"""Who may give, take and close grants. The giver's side and the work's side are never the same person."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.grants.models import Grant, Instalment, State
from kheo.initiatives.models import Initiative
from kheo.initiatives.models import State as Work
from kheo.ledger import rules as ledger
from kheo.people.models import Assignment, Organisation, OrganisationKind

SIGN_IN = No(_("Please sign in first."))
_BOTH = No(_("You keep the book of this work. Somebody else must act for the giver."))
_GIVER = No(_("Only who acts for the giver does this."))


def organisations_for(actor: Actor) -> QuerySet[Organisation]:
    """What this person can give for: their own organisation, an office of the city they sit on the board of, what their ward wrote down."""
    if actor.user_id is None:
        return Organisation.objects.none()
    mine = Assignment.objects.current().filter(user=actor.user_id, role=Role.ORGANISER, organisation__isnull=False)
    ways = [Q(pk__in=mine.values("organisation"))]
    ways += [Q(place__path__startswith=g.path) for g in actor.grants if g.role == Role.OFFICER]
    ways += [Q(place__path__startswith=g.path, kind=OrganisationKind.OFFICE) for g in actor.grants if g.role == Role.CITY_BOARD]
    return Organisation.objects.filter(reduce(or_, ways)).order_by("name", "pk")


def belongs(actor: Actor, organisation: Organisation) -> bool:
    """True when this person leads works for the organisation: they don't only write down what its paper says."""
    mine = Assignment.objects.current().filter(user=actor.user_id or 0, role=Role.ORGANISER, organisation=organisation)
    return mine.exists() or (organisation.kind == OrganisationKind.OFFICE)


def acts_for(actor: Actor, organisation: Organisation) -> bool:
    """True when this person may give for the organisation."""
    return organisations_for(actor).filter(pk=organisation.pk).exists()


def may_offer_grant(actor: Actor, initiative: Initiative) -> Answer:
    """Who acts for an organisation, to registered work whose book somebody else keeps."""
    if actor.nameless:
        return SIGN_IN
    if initiative.state != Work.REGISTERED or not initiative.shown:
        return No(
            _(
                "Grants are offered to registered work that goes on. "
                "Open such a work from the list of shared works; the button is on its page."
            )
        )
    if ledger.keeps_book(actor, initiative):
        return _BOTH
    if not organisations_for(actor).exists():
        if any(g.role == Role.CITY_BOARD for g in actor.grants):
            return No(
                _(
                    "The city board offers here, on the work's page, once the city's office that gives the money is written down. "
                    "The operator does that: the city's page, People and roles, Add an organisation."
                )
            )
        return No(_("A grant comes from an organisation. The ward writes down who leads works for one."))
    return YES


def may_answer_grant(actor: Actor, grant: Grant) -> Answer:
    """The organiser takes or declines an offer."""
    if not _organises(actor, grant.initiative):
        return No(_("Only who organises the work takes or declines a grant."))
    if grant.state != State.OFFERED:
        return No(_("This offer has been answered already."))
    if grant.initiative.state != Work.REGISTERED:
        return No(_("This work is over."))
    return YES


def may_send_instalment(actor: Actor, instalment: Instalment) -> Answer:
    """The giver says that the condition is met, or let go, and the instalment on its way."""
    grant = instalment.grant
    if not (answer := _for_giver(actor, grant)):
        return answer
    if grant.state != State.ACCEPTED:
        return No(_("Instalments are sent while the grant is accepted and open."))
    if instalment.sent_on is not None or instalment.received:
        return No(_("This instalment was sent already."))
    return YES


def may_receive_instalment(actor: Actor, instalment: Instalment) -> Answer:
    """Who keeps the book says that it came, once, and not before the giver has said that its condition is met."""
    grant = instalment.grant
    if not (answer := ledger.may_receive(actor, grant.initiative)):
        return answer
    if instalment.received:
        return No(_("This instalment stands in the book already."))
    if grant.state != State.ACCEPTED:
        return No(_("Instalments are received while the grant is accepted and open."))
    if instalment.condition and instalment.sent_on is None:
        return No(_("This instalment has a condition. The giver has to say first that it is met."))
    return YES


def may_report_back(actor: Actor, grant: Grant) -> Answer:
    """The organiser tells the giver what came of it, as often as wanted."""
    if not _organises(actor, grant.initiative):
        return No(_("Only who organises the work reports back to the giver."))
    if grant.state != State.ACCEPTED:
        return No(_("There is nobody to report to: the grant isn't open."))
    return YES


def may_close_grant(actor: Actor, grant: Grant) -> Answer:
    """Either side ends it; what came stays in the book."""
    if grant.state not in (State.OFFERED, State.ACCEPTED):
        return No(_("This grant is closed already."))
    if _organises(actor, grant.initiative) and grant.state == State.ACCEPTED:
        return YES
    return _for_giver(actor, grant)


def may_see_grant(actor: Actor, grant: Grant) -> Answer:
    """Everybody once it is accepted; before, or when it was declined, only the two sides: an offer alone is no news."""
    initiative = grant.initiative
    near = ledger.keeps_book(actor, initiative) or actor.has(Role.OFFICER, at=initiative.place) or acts_for(actor, grant.giver)
    if near or (grant.accepted_at is not None and grant.shown and ledger.may_read_book(actor, initiative)):
        return YES
    return No(_("A grant is shown to everybody when the work has accepted it."))


def sees_all(actor: Actor, grant: Grant) -> bool:
    """True for who may read the giver's name and the conditions also where the work is at homes: the two sides."""
    return not grant.private or ledger.keeps_book(actor, grant.initiative) or acts_for(actor, grant.giver)


def _for_giver(actor: Actor, grant: Grant) -> Answer:
    if actor.nameless:
        return SIGN_IN
    if ledger.keeps_book(actor, grant.initiative):
        return _BOTH
    return YES if acts_for(actor, grant.giver) else _GIVER


def _organises(actor: Actor, initiative: Initiative) -> bool:
    return actor.user_id is not None and actor.user_id == initiative.organiser_id
