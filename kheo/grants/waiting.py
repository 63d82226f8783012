"""What waits for a person because of grants: offers to answer, instalments to send or to receive, reports due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import F, Q

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.grants import rules
from kheo.grants.models import Grant, Instalment, State
from kheo.initiatives.models import State as Work

AHEAD = timedelta(days=14)
MOST = 30


class What(StrEnum):
    ANSWER = "answer"
    SEND = "send"
    RECEIVE = "receive"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do, on the grant's page."""

    what: What
    grant: Grant
    due: date | None
    instalment: Instalment | None = None


def waiting_for(actor: Actor) -> Iterator[Waiting]:
    """Offers to answer and reports due (organiser), instalments due (giver) or on their way (who keeps the book). Four queries."""
    if actor.user_id is None:
        return
    own = Q(initiative__organiser_id=actor.user_id)
    near = clock.today() + AHEAD
    grants = Grant.objects.select_related("initiative__place", "giver")
    for grant in grants.filter(own, state=State.OFFERED, initiative__state=Work.REGISTERED)[:MOST]:
        yield Waiting(What.ANSWER, grant, None)
    told = Q(reports__at__date__gte=F("report_by") - timedelta(days=60))
    due = grants.filter(own, state=State.ACCEPTED, report_by__lte=near).exclude(told).distinct()
    for grant in due[:MOST]:
        yield Waiting(What.REPORT, grant, grant.report_by)
    parts = Instalment.objects.outstanding().select_related("grant__initiative__place", "grant__giver").order_by("due_on", "pk")
    to_send = parts.filter(sent_on=None, due_on__lte=near, grant__giver__in=rules.organisations_for(actor))
    for part in to_send[:MOST]:
        if rules.may_send_instalment(actor, part):
            yield Waiting(What.SEND, part.grant, part.due_on, part)
    keeps = Q(grant__initiative__organiser_id=actor.user_id)
    for role in actor.grants:
        if role.role == Role.HEAD:
            keeps |= Q(grant__initiative__place__path__startswith=role.path)
    for part in parts.filter(keeps).filter(Q(sent_on__isnull=False) | Q(condition="", due_on__lte=near))[:MOST]:
        yield Waiting(What.RECEIVE, part.grant, part.sent_on or part.due_on, part)
