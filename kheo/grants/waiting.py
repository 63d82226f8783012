"""What waits for a person because of grants: offers to answer, instalments to send or to receive, reports due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from django.db.models import Max, Q
from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.grants import rules
from kheo.grants.models import Grant, Instalment, State
from kheo.initiatives.models import State as Work

AHEAD = timedelta(days=14)
NEAR = timedelta(days=60)  # a report so long before its day is the one that was asked for
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


def _told(report_by: date | None, told_at: datetime | None) -> bool:
    """The newest report was near enough to its day. Reckoned here: databases differ in days minus days."""
    return told_at is not None and report_by is not None and timezone.localtime(told_at).date() >= report_by - NEAR


def waiting_for(actor: Actor) -> Iterator[Waiting]:
    """Offers to answer and reports due (organiser), instalments due (giver) or on their way (who keeps the book). Four queries."""
    if actor.user_id is None:
        return
    own = Q(initiative__organiser_id=actor.user_id)
    near = clock.today() + AHEAD
    grants = Grant.objects.select_related("initiative__place", "giver")
    for grant in grants.filter(own, state=State.OFFERED, initiative__state=Work.REGISTERED)[:MOST]:
        yield Waiting(What.ANSWER, grant, None)
    due = grants.filter(own, state=State.ACCEPTED, report_by__lte=near).annotate(told_at=Max("reports__at"))
    for grant in islice((g for g in due if not _told(g.report_by, g.told_at)), MOST):
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
