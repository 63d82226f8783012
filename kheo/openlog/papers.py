"""A receipt on paper: the act in words, and one code that opens its page and holds the whole proof."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kheo.core import pdf
from kheo.core.numbers import number
from kheo.openlog import canonical, keys, note, receipts, words
from kheo.openlog.models import Entry
from kheo.openlog.verbs import sentence

PRINT = Path(__file__).parent / "print"


def receipt(entry: Entry) -> bytes:
    """PDF of a signed entry's receipt. Raises stored.NotThere before it is signed."""
    return pdf.render(PRINT / "receipt.typ", receipt_data(entry), {"code.svg": pdf.qr(*receipts.scan(entry))})


def receipt_data(entry: Entry) -> dict[str, Any]:
    """What stands on the paper. Raises stored.NotThere."""
    proof, clear = receipts.proof_of(entry), canonical.decode(bytes(entry.leaf)).get("clear", {})
    served = canonical.decode(bytes(entry.facts)) if entry.facts is not None else {}
    body, lines = note.split(proof.note)
    hour = timezone.localtime(entry.at)
    where = render_to_string("openlog/place.txt", {"places": [entry.place], "place": entry.place}).strip() if entry.place else ""
    whole = bool(receipts.scan(entry)[1])
    rows = [(_("When"), _("%(day)s, in the hour from %(hour)s:00") % {"day": date_format(hour, "DATE_FORMAT"), "hour": f"{hour:%H}"})]
    rows += [(_("Where"), where)] if where else []
    return {
        "above": _("Public log"),
        "title": _("Receipt %(n)s") % {"n": number(proof.index)},
        "sentence": str(sentence(entry.verb)),
        "rows": [list(row) for row in [*rows, *words.rows(clear), *words.rows(served)]],
        "whole": whole,
        "code": _("The code opens this line's page. It also holds the whole proof: who reads it can check it without a network.")
        if whole
        else _("The code opens this line's page. This line is too long for a code: keep the file from that page too."),
        "proof": _("What was signed, by the log and for so many lines:"),
        "signed": body.strip(),
        "witnessed": _("Also signed by:"),
        "witnesses": [line.name for line in lines if line.name != keys.verifier().name],
        "how": _("To check it: put what the code says into a file, and on a computer with Khéo:"),
        "command": f"kheo receipt FILE --vkey '{keys.verifier()}'",
        "url": f"{settings.KHEO_URL}{entry.get_absolute_url()}",
    }
