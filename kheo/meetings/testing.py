"""Short ways through a meeting for other rooms' tests. The acts are the same as people's; only the two counters agree at once."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.evidence.models import Photo
from kheo.meetings import actions
from kheo.meetings.models import Decision, Matter, Meeting, Method

CODE = "ACDEFGHJ"
SECOND = Actor(key="device:second-counter")


def begun() -> datetime:
    """An hour ago, or midnight where that was yesterday: what is decided now is decided today, at whatever hour the tests run."""
    midnight = timezone.make_aware(datetime.combine(clock.today(), time()))
    return max(clock.now() - timedelta(hours=1), midnight)


def decide(actor: Actor, matter: Matter, *, agree: int, against: int, other: int = 0, sheet: Photo | None = None) -> Decision:
    """Decide a matter of a counted meeting: officers chosen (if they are not yet), then two equal tallies, the second nameless."""
    meeting = Meeting.objects.select_related("place").get(pk=matter.meeting_id)
    if not meeting.method:
        choose(actor, meeting)
    actions.open_second_count(actor, meeting, code=CODE)
    matter = Matter.objects.select_related("meeting__place").get(pk=matter.pk)
    actions.enter_tally(actor, matter, agree=agree, against=against, other=other, sheet=sheet)
    actions.enter_tally(SECOND, matter, agree=agree, against=against, other=other, code=CODE)
    return Decision.objects.select_related("matter__meeting__place").get(matter=matter)


def choose(actor: Actor, meeting: Meeting, method: str = Method.HANDS) -> Meeting:
    """Let everybody attending choose the same five."""
    return actions.choose_officers(
        actor, meeting, secretary="Cô Bảy", counters=["Anh Ba", "Chị Tư", "Chú Năm"], method=method, officers_for=meeting.present or 0
    )
