"""Putting right what a check found missing. The miss stays; this stands beside it."""

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.checks import rules
from kheo.checks.models import Unit
from kheo.checks.verbs import VisitVerb as Verb
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.openlog.door import act, lock, writes
from kheo.results.sums import is_private


@writes
def put_right(actor: Actor, unit: Unit, *, on: date, photo: Photo | None = None, act_id: UUID | None = None) -> Unit:
    """Say that on ``on`` (not before the check, not in the future) what was missing was put right. Neither reading nor bound changes.

    ``photo`` shows it; required but for homes, where none is shown. Raises Refused, Invalid("on" | "photo").
    """
    unit = lock(unit, "book__scope", "result__initiative__place", "result__place")
    require(rules.may_put_right(actor, unit))
    private = is_private(unit.result.indicator)
    if unit.closed_at and on < timezone.localdate(unit.closed_at):
        raise Invalid("on", _("The check was later than this day."))
    if on > clock.today():
        raise Invalid("on", _("This day is still to come."))
    if photo is None and not private:
        raise Invalid("photo", _("Please take a photo that shows it."))
    if photo is not None:
        (photos.keep if private else photos.publish)(photo, unit.result.place)
    unit.put_right_on, unit.put_right_photo = on, photo
    unit.save(update_fields=["put_right_on", "put_right_photo"])
    place = unit.book.scope if private else unit.result.place
    told = {"book": unit.book_id, "on": str(on)}
    if unit.book.kind != "review":
        told["ticket"] = unit.rank
    return act(Verb.PUT_RIGHT, actor, unit, place=place.slug, clear=told, private={"photo": photo.original_sha256 if photo else None})
