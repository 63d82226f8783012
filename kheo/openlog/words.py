"""What the parts of an entry are called on a receipt that a person reads. The entry itself keeps its keys for ever."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LABELS: "dict[str, _StrPromise]" = {
    "account": _("account of the book"),
    "against": _("against"),
    "agree": _("agree"),
    "agreement": _("agreement"),
    "alpha": _("risk that it says too much"),
    "amount": _("amount"),
    "area_m2": _("area in m²"),
    "article": _("article of the law"),
    "at_least": _("at least"),
    "ballot": _("secret vote"),
    "bank": _("in the bank account"),
    "base": _("households it is reckoned on"),
    "beacon": _("draw from outside"),
    "beacon_name": _("name of the draw from outside"),
    "book": _("number of the round of checks"),
    "budget": _("money to share"),
    "cap": _("corrected to"),
    "cards": _("cards"),
    "cash": _("cash"),
    "category": _("about what"),
    "check": _("check"),
    "checked": _("checked on site"),
    "checks": _("places counted"),
    "claim": _("reported"),
    "claimed": _("reported together"),
    "clause": _("sentence"),
    "clauses": _("fingerprint of the sentences"),
    "closes": _("ends"),
    "closes_on": _("closes on"),
    "commitments": _("seals of the codes"),
    "completion": _("what happens with money left over"),
    "costs": _("what each costs"),
    "day": _("day"),
    "decision": _("decision"),
    "difference": _("more or less than in the book"),
    "done": _("done on"),
    "draw_at": _("moment of the draw"),
    "due": _("due on"),
    "due_on": _("due on"),
    "duties": _("what must follow, by when"),
    "duty": _("what must follow"),
    "ends": _("ends"),
    "fields": _("what the advice is about"),
    "figures": _("figures"),
    "for": _("agreed"),
    "from": _("from day"),
    "grant": _("grant"),
    "handed_out": _("handed out"),
    "households": _("number of households"),
    "id": _("number under seal"),
    "in_time": _("in time"),
    "indicator": _("indicator"),
    "initiative": _("shared work"),
    "instalments": _("instalments"),
    "invalid": _("not valid"),
    "kind": _("kind"),
    "kit": _("kit"),
    "kit_sha256": _("fingerprint of the kit"),
    "known": _("read before"),
    "legs": _("booked"),
    "length_m": _("length in m"),
    "mandate": _("who decided it"),
    "matter": _("matter"),
    "measured": _("counted"),
    "meeting": _("meeting"),
    "method": _("how it is voted"),
    "months": _("months after it was finished"),
    "name": _("name"),
    "nameless": _("without a name"),
    "need": _("need"),
    "needed": _("votes needed"),
    "needs": _("needs"),
    "number": _("receipt number"),
    "opens": _("begins"),
    "options": _("choices"),
    "organisation": _("organisation"),
    "other": _("other opinion"),
    "outcome": _("outcome"),
    "part": _("part"),
    "parts": _("parts"),
    "passed": _("passed"),
    "photos": _("photos"),
    "place": _("place"),
    "planned": _("places to visit"),
    "position": _("step"),
    "present": _("households present"),
    "prices": _("prices"),
    "quantity": _("quantity"),
    "quorate": _("enough households"),
    "reading": _("counted"),
    "readings": _("counted by each"),
    "receipt": pgettext_lazy("in the book", "receipt"),
    "receipts": _("receipts"),
    "result": _("result"),
    "returned": _("came back"),
    "reverses": _("puts right receipt"),
    "review": _("looked at again on"),
    "right": _("found as reported"),
    "role": _("role"),
    "rolls": _("dice"),
    "root": _("fingerprint"),
    "round": _("round"),
    "rule": _("rule"),
    "rules": _("rules"),
    "salt": _("salt"),
    "seal": _("seal"),
    "seat": _("counter"),
    "seed": _("seed of the draw"),
    "short": _("less than reported"),
    "since": _("since"),
    "size": _("entries of the log"),
    "slips": _("slips printed"),
    "source": _("from"),
    "starts": _("begins"),
    "statement": _("bank statement"),
    "targets": _("targets"),
    "team": _("counters chosen"),
    "text_sha256": _("fingerprint of the text"),
    "ticket": _("place in the draw"),
    "to_look_at": _("to be looked at"),
    "total": _("sum"),
    "totals": _("totals"),
    "turn": _("draw over the same works, number"),
    "unit": _("unit"),
    "units": _("places in the book"),
    "until": _("until"),
    "unvisited": _("nobody could visit"),
    "valid_from": _("valid from"),
    "version": _("version"),
    "votes": _("codes and choices"),
    "waived": _("condition waived"),
    "whole": _("every place is visited"),
}


#: What a key means beside another one: the book of a work, not of a round of checks.
BESIDE: "dict[tuple[str, str], _StrPromise]" = {("book", "cash"): _("in the book"), ("book", "figures"): _("the book")}

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
    """Let ``name`` say the values of ``key`` in the reader's language, or "" for what it doesn't know. Rooms call it as they start."""
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
    beside = {key: str(words) for (key, other), words in BESIDE.items() if other in content}
    return [(beside.get(key) or label(key), _said(key, content[key])) for key in sorted(content)]


def _said(key: str, content: Any) -> str:
    if not isinstance(content, str):
        return value(content)
    if (key, content) in VALUES:
        return str(VALUES[key, content])
    return (_names[key](content) if key in _names else "") or content
