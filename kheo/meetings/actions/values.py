"""What the acts take, checked the same way everywhere: whole numbers, sheets, moments."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.rules import Invalid
from kheo.evidence.models import Photo

AHEAD = timedelta(days=366)


def whole(field: str, count: object) -> int:
    """A number of households from 0 to a million. Raises Invalid(field)."""
    if type(count) is not int or not 0 <= count <= 1_000_000:
        raise Invalid(field, _("Please give a whole number of households, 0 or more."))
    return count


def sheet(field: str, photo: Photo | None) -> Photo:
    """The photo of a sheet with names, which no act has made public. Raises Invalid(field)."""
    if photo is None:
        raise Invalid(field, _("Please take a photo of the sheet."))
    if photo.public:
        raise Invalid(field, _("This photo is public already. A sheet bears names; please take its own photo."))
    return photo


def moment(field: str, at: datetime) -> datetime:
    """A moment of today or later, within a year. Raises Invalid(field)."""
    if timezone.is_naive(at):
        raise ValueError(f"{field} is aware")
    if timezone.localdate(at) < clock.today():
        raise Invalid(field, _("Please choose today or a day to come."))
    if at > clock.now() + AHEAD:
        raise Invalid(field, _("Please choose a day within one year."))
    return at
