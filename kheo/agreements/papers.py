"""The poster of an agreement, for the wall of the alley."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from kheo.agreements.models import State, Version
from kheo.agreements.verbs import AgreementVerb as Verb
from kheo.core import pdf
from kheo.core.numbers import number
from kheo.openlog.door import name_of
from kheo.openlog.subjects import receipts_for

POSTER = Path(__file__).parent / "print" / "poster.typ"


def poster(version: Version) -> bytes:
    """One A4 sheet (print it on A3 to read it from afar): title, sentences, what it rests on, and a QR code of its page."""
    data = words(version)
    files = {"page.svg": pdf.qr(f"{settings.KHEO_URL}{version.get_absolute_url()}")}
    if (index := _index(version)) is not None:
        data["receipt"] = _("Public log, no. %(n)s") % {"n": number(index)}
        files["receipt.svg"] = pdf.qr(f"{settings.KHEO_URL}/log/{index}/")
    return pdf.render(POSTER, data, files)


def _index(version: Version) -> int | None:
    """The number of the newest entry of the public log that says what became of this version; None while it is a draft."""
    found = receipts_for([version])
    steps = (Verb.RECOGNISED, Verb.ADOPTED, Verb.POSTED)
    return next((index for verb in steps if (index := found.get(f"{name_of(version)} {verb}")) is not None), None)


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
        "receipt": "",
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
