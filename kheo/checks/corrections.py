"""A report that lies in a book is corrected. Before the checkpoint the book is made anew; afterwards its claim stays and less may count."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kheo.checks.actions.closing import recount
from kheo.checks.models import Book, Kind, Phase, Unit
from kheo.checks.verbs import BookVerb as Verb
from kheo.core.actor import Actor
from kheo.openlog.door import act
from kheo.results.models import Result

_SETTLED = (Phase.FIXED, Phase.SEEDED, Phase.CLOSED)


class Corrections:
    """Registered with ``kheo.results.corrected``: called inside the act that corrects a result."""

    def hold(self, result: Result) -> None:
        """Books come first in the order of locks (``actions.held``)."""
        lying = Unit.objects.filter(result=result).order_by().values("book")
        list(Book.objects.select_for_update().filter(pk__in=lying).order_by("pk"))

    def follow(self, actor: Actor, old: Result, new: Result) -> None:
        """The units go with the newest result. Once the checkpoint is fixed their claims stay, and no more than the correction counts."""
        books = Book.objects.filter(pk__in=Unit.objects.filter(result=old).order_by().values("book")).select_related("scope")
        for book in books.order_by("pk"):
            Unit.objects.filter(book=book, result=old).update(result=new)
            if book.phase in _SETTLED and book.kind != Kind.REVIEW:
                _cap(actor, book, old, new)

    def says(self, result: Result) -> str:
        books = Book.objects.public().filter(pk__in=Unit.objects.filter(result=result).order_by().values("book"))
        book = books.exclude(phase=Phase.ABANDONED).order_by("-frozen_at").first()
        if book is None:
            return ""
        if book.phase == Phase.FROZEN:
            return _("A draw comes at %(moment)s: correct now, and it counts as credit.") % {
                "moment": date_format(timezone.localtime(book.draw_at), "DATETIME_FORMAT")
            }
        return _("The draw of this report is over: what counts of it can only fall now, and a correction is no credit any more.")


def _cap(actor: Actor, book: Book, old: Result, new: Result) -> None:
    """What was corrected away is taken from the last units first; a unit's claim c stays, and a ≤ cap."""
    units = list(Unit.objects.filter(book=book, result=new).order_by("pk"))
    away = max(0, sum(unit.claim for unit in units) - new.quantity)
    if new.quantity < old.quantity:  # also where a part of the claim was left out of the book: after the draw nothing is credit
        Result.objects.filter(pk=new.pk).update(after_draw=True)
        new.after_draw = True
    touched = False
    for unit in reversed(units):
        less = min(unit.claim, away)
        away -= less
        cap = unit.claim - less if less else None
        if cap == unit.cap:
            continue
        unit.cap = cap
        unit.save(update_fields=["cap"])
        if unit.closed_at is not None:  # of the others nobody may know yet that they belong together; their close tells it
            touched = True
            clear = {"book": book.pk, "ticket": unit.rank, "cap": cap}
            act(Verb.CAPPED, actor, unit, place=book.scope.slug, clear=clear)
    if touched and book.phase != Phase.FIXED:
        recount(book)
