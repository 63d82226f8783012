"""The paper of a ballot: slips with codes, made once. This room keeps no copy of it."""

import io
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kheo.ballots import codes
from kheo.ballots.models import Ballot, Method
from kheo.core import pdf

PICTURES = 1_500  # slips that get a QR; a larger round would take minutes, and the code is enough
TEMPLATE = Path(__file__).parent / "print" / "slips.typ"


def slips(ballot: Ballot, blank: int = 0) -> bytes:
    """The PDF: one slip for each of ``ballot.made``, in random order; ``blank`` ones without where people fetch it themselves."""
    files = {f"{n}.svg": _qr(link(ballot, code)) for n, code in enumerate(ballot.made)} if len(ballot.made) <= PICTURES else {}
    return pdf.render(TEMPLATE, data(ballot, blank), files)


def _qr(text: str) -> bytes:
    """As ``pdf.qr``, with the mask given: choosing the best of eight takes two thirds of the time of a large round."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, mask=2).save(out, kind="svg", border=0, scale=4)
    return out.getvalue()


def link(ballot: Ballot, code: str) -> str:
    """Where the voter finds the code in the published list. What follows the # stays on the phone: it is never sent to a server."""
    return f"{settings.KHEO_URL}{reverse('ballot', args=[ballot.pk])}#{code}"


def data(ballot: Ballot, blank: int = 0) -> dict[str, Any]:
    """What the template shows. ``codes``: the code in two groups and its picture; empty strings on a blank slip."""
    ends = formats.date_format(timezone.localtime(ballot.closes_at), "H:i d/m/Y")
    how = {
        Method.YES_NO: _("Tick one."),
        Method.APPROVAL: _("Tick all that you want."),
        Method.SCORES: _("Give each from 0 to %(most)s points; nothing means 0.") % {"most": ballot.most},
        Method.BUDGET: _("Tick all projects that you want."),
    }[Method(ballot.method)]
    pictures = len(ballot.made) <= PICTURES
    made = [[codes.spell(code), f"{n}.svg" if pictures else ""] for n, code in enumerate(ballot.made)]
    return {
        "title": ballot.title,
        "place": ballot.place.full_name,
        "how": how,
        "options": [[o.words, formats.number_format(o.cost, force_grouping=True) + " ₫" if o.cost else ""] for o in ballot.options.all()],
        "scores": ballot.method == Method.SCORES,
        "codes": made or [["", ""]] * blank,
        "slip": _("Voting slip"),
        "secret": _("Fold it and put it into the box. Write nothing else on it."),
        "stub": _("Your part: keep it, show it to nobody"),
        "find": _("After %(ends)s you find this code and your choice in the published list.") % {"ends": ends},
        "write": _("Write your code here"),
    }
