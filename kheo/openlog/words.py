"""What the parts of an entry are called on a receipt that a person reads. The entry itself keeps its keys for ever."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LABELS: "dict[str, _StrPromise]" = {
    "account": _("account of the book"),
    "against": _("against"),
    "alpha": _("risk that it says too much"),
    "agree": _("agree"),
    "amount": _("amount"),
    "at_least": _("at least"),
    "area_m2": _("area in m²"),
    "article": _("article of the law"),
    "base": _("households it is reckoned on"),
    "beacon": _("draw from outside"),
    "beacon_name": _("name of the draw from outside"),
    "book": _("number of the round of checks"),
    "cap": _("corrected to"),
    "category": _("about what"),
    "check": _("check"),
    "checked": _("checked on site"),
    "checks": _("places counted"),
    "claim": _("reported"),
    "claimed": _("reported together"),
    "closes_on": _("closes on"),
    "day": _("day"),
    "decision": _("decision"),
    "done": _("done on"),
    "draw_at": _("moment of the draw"),
    "due": _("due on"),
    "due_on": _("due on"),
    "duties": _("what must follow, by when"),
    "duty": _("what must follow"),
    "ends": _("ends"),
    "fields": _("what the advice is about"),
    "figures": _("figures"),
    "grant": _("grant"),
    "id": _("number under seal"),
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
    "months": _("months after it was finished"),
    "name": _("name"),
    "nameless": _("without a name"),
    "need": _("need"),
    "needed": _("votes needed"),
    "needs": _("needs"),
    "number": _("receipt number"),
    "organisation": _("organisation"),
    "other": _("other opinion"),
    "outcome": _("outcome"),
    "passed": _("passed"),
    "photos": _("photos"),
    "planned": _("places to visit"),
    "place": _("place"),
    "position": _("step"),
    "present": _("households present"),
    "quantity": _("quantity"),
    "quorate": _("enough households"),
    "reading": _("counted"),
    "readings": _("counted by each"),
    "receipts": _("receipts"),
    "result": _("result"),
    "reverses": _("puts right receipt"),
    "right": _("found as reported"),
    "rolls": _("dice"),
    "root": _("fingerprint"),
    "role": _("role"),
    "round": _("round"),
    "rule": _("rule"),
    "rules": _("rules"),
    "seed": _("seed of the draw"),
    "short": _("less than reported"),
    "since": _("since"),
    "size": _("entries of the log"),
    "source": _("from"),
    "starts": _("begins"),
    "targets": _("targets"),
    "text_sha256": _("fingerprint of the text"),
    "ticket": _("place in the draw"),
    "totals": _("totals"),
    "turn": _("draw over the same works, number"),
    "unit": _("unit"),
    "units": _("places in the book"),
    "until": _("until"),
    "unvisited": _("nobody could visit"),
    "whole": _("every place is visited"),
}


#: (key, value): words for the few values that are words themselves.
VALUES: "dict[tuple[str, Any], _StrPromise]" = {
    ("kind", "lasting"): _("does it still work?"),
    ("kind", "review"): _("a look at single reports"),
    ("kind", "round"): _("is what was reported there?"),
    ("outcome", "right"): _("found as reported"),
    ("outcome", "short"): _("less than reported"),
    ("outcome", "unvisited"): _("nobody could visit"),
}
_names: dict[str, Callable[[str], str]] = {}


def name_values(key: str, name: Callable[[str], str]) -> None:
    """Let ``name`` say the values of ``key`` in the reader's language; it gives "" for what it doesn't know. Rooms call it as they start."""
    _names[key] = name


def label(key: str) -> str:
    """The reader's word for a key of an entry; the key itself, readable, when there is none."""
    if key in LABELS:
        return str(LABELS[key])
    return (_names["indicator"](key) if "indicator" in _names else "") or key.replace("_", " ")


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
    return [(label(key), _said(key, content[key])) for key in sorted(content)]


def _said(key: str, content: Any) -> str:
    if not isinstance(content, str):
        return value(content)
    if (key, content) in VALUES:
        return str(VALUES[key, content])
    return (_names[key](content) if key in _names else "") or content
