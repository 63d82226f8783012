"""The paper of a ballot: slips with codes, made once. This room keeps no copy of it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kheo.ballots import codes
from kheo.ballots.models import Ballot, Method
from kheo.core import pdf

TEMPLATE = Path(__file__).parent / "print" / "slips.typ"


def slips(ballot: Ballot, blank: int = 0) -> bytes:
    """The PDF: one slip for each of ``ballot.made``, in random order; ``blank`` ones without where people fetch it themselves."""
    return pdf.render(TEMPLATE, data(ballot, blank), {f"{n}.svg": pdf.qr(link(ballot, code)) for n, code in enumerate(ballot.made)})


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
    made = [[codes.spell(code), f"{n}.svg"] for n, code in enumerate(ballot.made)]
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
