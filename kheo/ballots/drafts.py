"""What the two counters type, slip by slip, until they have finished: drafts, never in the log, deleted when the result is published."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kheo.ballots import choices, codes, rules
from kheo.ballots.models import Ballot, Slip
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.openlog.door import lock


def enter_slip(actor: Actor, ballot: Ballot, *, seat: int, code: str, choice: str, counter: str = "", really: bool = False) -> Slip:
    """Take one slip down. ``choice`` "": can't be read, or says too much or nothing. ``counter``: the second counter's code.

    Raises Invalid on "code" for a code that was never printed or that this counter has entered already, unless ``really`` (the slip says
    so: it will count as invalid, and as one of two); on "choice" for one that the method does not know.
    """
    with transaction.atomic():
        ballot = lock(ballot, "place")
        require(rules.may_enter_slips(actor, ballot, seat, counter))
        code = codes.read(code)
        if len(code) > 16 or (not code and not really):
            raise Invalid("code", _("Please type the code of the slip."))
        if not really:
            if not ballot.printed(code):
                raise Invalid("code", _("No slip was printed with this code. Please look at it again."))
            if ballot.entries.filter(seat=seat, code=code).exists():
                raise Invalid("code", _("You have entered this code already."))
        try:
            choices.points(ballot.method, choice, ballot.options.count(), ballot.most)
        except choices.BadChoice:
            raise Invalid("choice", _("This choice can't be taken.")) from None
        return Slip.objects.create(ballot=ballot, seat=seat, code=code, choice=choice)


def take_back(actor: Actor, ballot: Ballot, *, seat: int, slip: int, counter: str = "") -> None:
    """Remove one slip that this counter entered wrongly. One that is not there (any more) is no fault."""
    with transaction.atomic():
        ballot = lock(ballot, "place")
        require(rules.may_enter_slips(actor, ballot, seat, counter))
        ballot.entries.filter(seat=seat, pk=slip).delete()
