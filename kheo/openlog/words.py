"""What the parts of an entry are called on a receipt that a person reads. The entry itself keeps its keys for ever."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LABELS: "dict[str, _StrPromise]" = {
    "account": _("account of the book"),
    "against": _("against"),
    "agree": _("agree"),
    "amount": _("amount"),
    "area_m2": _("area in m²"),
    "article": _("article of the law"),
    "base": _("households it is reckoned on"),
    "category": _("about what"),
    "check": _("check"),
    "checked": _("checked on site"),
    "day": _("day"),
    "decision": _("decision"),
    "done": _("done on"),
    "due": _("due on"),
    "due_on": _("due on"),
    "duties": _("what must follow, by when"),
    "duty": _("what must follow"),
    "fields": _("what the advice is about"),
    "figures": _("figures"),
    "grant": _("grant"),
    "households": _("number of households"),
    "in_time": _("in time"),
    "indicator": _("indicator"),
    "initiative": _("shared work"),
    "instalments": _("instalments"),
    "kind": _("kind"),
    "kit": _("kit"),
    "kit_sha256": _("fingerprint of the kit"),
    "legs": _("booked"),
    "length_m": _("length in m"),
    "mandate": _("who decided it"),
    "matter": _("matter"),
    "measured": _("counted"),
    "meeting": _("meeting"),
    "name": _("name"),
    "nameless": _("without a name"),
    "need": _("need"),
    "needed": _("votes needed"),
    "needs": _("needs"),
    "number": _("receipt number"),
    "organisation": _("organisation"),
    "other": _("other opinion"),
    "passed": _("passed"),
    "photos": _("photos"),
    "place": _("place"),
    "position": _("step"),
    "present": _("households present"),
    "quantity": _("quantity"),
    "quorate": _("enough households"),
    "receipts": _("receipts"),
    "result": _("result"),
    "reverses": _("puts right receipt"),
    "role": _("role"),
    "round": _("round"),
    "rule": _("rule"),
    "rules": _("rules"),
    "since": _("since"),
    "source": _("from"),
    "starts": _("begins"),
    "targets": _("targets"),
    "text_sha256": _("fingerprint of the text"),
    "totals": _("totals"),
    "unit": _("unit"),
    "until": _("until"),
}


def label(key: str) -> str:
    """The reader's word for a key of an entry; the key itself, readable, when there is none."""
    return str(LABELS[key]) if key in LABELS else key.replace("_", " ")


def value(content: Any) -> str:
    """A value as a person reads it: lists and tables are written out, nothing is rounded or left away."""
    match content:
        case bool():
            return gettext("yes") if content else gettext("no")
        case None:
            return "–"
        case dict():
            return ", ".join(f"{label(k)}: {value(v)}" for k, v in content.items())
        case list():
            return "; ".join(value(v) for v in content) or "–"
    return str(content)


def rows(content: dict[str, Any]) -> list[tuple[str, str]]:
    """(word, value) of a clear or facts part, in the entry's order."""
    return [(label(key), value(content[key])) for key in sorted(content)]
