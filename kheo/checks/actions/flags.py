"""What a person decides of what a machine noticed. Only from then on anything follows, or stands in the log."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.checks import rules
from kheo.checks.actions.reviews import want
from kheo.checks.models import Because, Decision, Flag
from kheo.checks.models.apart import is_giver
from kheo.checks.reviewing import newest
from kheo.checks.verbs import CheckVerb as Verb
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, Refused, require
from kheo.openlog.door import act, lock, writes
from kheo.places.models import Place

WORDS = 1000  # characters that the reviewer may write


@writes
def decide_flag(actor: Actor, flag: Flag, *, decision: str, words: str, act_id: UUID | None = None) -> Flag:
    """Say what was found: nothing is wrong, they are asked to look at their report again, or somebody goes and counts.

    The log says under the city that something was looked at; which result, and what was decided, is committed only.
    Raises Refused, Invalid("decision" | "words").
    """
    flag = lock(flag, "result__initiative", "result__place", "other__initiative", "other__place")
    require(rules.may_decide_flag(actor, flag))
    if decision not in Decision.values or decision == Decision.OPEN:
        raise Invalid("decision", _("Please say what you found."))
    words, gave = words.strip(), is_giver(actor, flag.about)
    if not 3 <= len(words) <= WORDS:
        raise Invalid("words", _("Please say in a few words what you found."))
    if decision == Decision.CORRECT and newest(flag.result).checked is not None:
        raise Refused(_("Somebody has checked this result on site; it can't be changed any more."))
    if decision == Decision.CORRECT:
        flag.result = newest(flag.result)
    if decision == Decision.COUNT:
        flag.wanted = want(flag.result, Because.FLAG)
    flag.decision, flag.words, flag.decided_at, flag.by_giver = decision, words, clock.now(), gave
    flag.save(update_fields=["result", "decision", "words", "decided_at", "by_giver", "wanted"])
    city = Place.objects.values_list("slug", flat=True).get(pk=flag.result.place.ids()[0])
    private = {"flag": flag.pk, "kind": flag.kind, "result": flag.result_id, "decision": decision, "words": words, "gave": gave}
    return act(Verb.FLAG_DECIDED, actor, flag, place=city, private=private)
