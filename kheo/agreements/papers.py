"""The poster of an agreement, for the wall of the alley."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from kheo.agreements.models import State, Version
from kheo.core import pdf

POSTER = Path(__file__).parent / "print" / "poster.typ"


def poster(version: Version) -> bytes:
    """One A4 sheet (print it on A3 to read it from afar): title, sentences, what it rests on, and a QR code of its page."""
    return pdf.render(POSTER, words(version), {"page.svg": pdf.qr(f"{settings.KHEO_URL}{version.get_absolute_url()}")})


def words(version: Version) -> dict[str, object]:
    """What the poster says, in the language of now."""
    agreement = version.agreement
    return {
        "area": agreement.place.full_name,
        "ward": agreement.place.parent.full_name if agreement.place.parent else "",
        "heading": _("Draft, to be talked about") if version.state in (State.DRAFT, State.POSTED) else _("What we agreed"),
        "title": agreement.title,
        "clauses": [clause.text for clause in version.clauses.filter(hidden_at=None)],
        "state": _state(version),
        "scan": _("Read it, and say what you think: no name needed") if version.state == State.POSTED else _("Read it on the phone"),
    }


def _state(version: Version) -> str:
    def day(value: date | None) -> str:
        return formats.date_format(value, "SHORT_DATE_FORMAT") if value else ""

    if version.state == State.IN_FORCE:
        days = {"day": day(version.valid_from), "review": day(version.review_on)}
        return _("In force from %(day)s. We look at it again on %(review)s.") % days
    if version.state == State.POSTED:
        return _("Posted from %(day)s to %(until)s. After that the households decide.") % {
            "day": day(version.posted_on),
            "until": day(version.posted_until),
        }
    return str(State(version.state).label)
