"""Saying "I saw otherwise", and what a reviewer answers."""

import unicodedata
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.checks import rules
from kheo.checks.actions.reviews import want
from kheo.checks.models import Because, Dispute, Outcome
from kheo.checks.models.apart import is_giver
from kheo.checks.verbs import CheckVerb as Verb
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.once import once_key
from kheo.core.rules import Invalid, Refused, require
from kheo.evidence import photos as evidence
from kheo.evidence.models import Photo
from kheo.openlog.door import act, lock, writes
from kheo.places.models import Rank
from kheo.results.models import Result

WORDS = 1000  # characters that somebody who saw otherwise, or answers, may write


@writes
def dispute(actor: Actor, result: Result, *, text: str, photo: Photo | None = None, act_id: UUID | None = None) -> Dispute:
    """ "I saw otherwise", once per household and result. Numbered with the other nameless acts of its hour, under the ward alone.

    The photo is kept at the city: neither the head nor the ward sees it. Raises Refused, Invalid("text").
    """
    result = lock(result, "initiative", "place__parent__parent")
    require(rules.may_dispute(actor, result))
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if not 3 <= len(text) <= WORDS:
        raise Invalid("text", _("Please say in a few words what you saw."))
    key = dispute_key(actor, result)
    if Dispute.objects.filter(key=key).exists():
        raise Refused(_("You said so already. Thank you."))
    ward = result.place if result.place.rank <= Rank.WARD else result.place.parent
    assert ward is not None  # noqa: S101 – an area lies in a ward
    if photo is not None:
        evidence.keep(photo, ward.parent or ward)
    said = Dispute.objects.create(result=result, key=key, text=text, photo=photo, said_at=clock.today())
    private = {"result": result.pk, "text": text, "photo": photo.original_sha256 if photo else None}
    return act(Verb.DISPUTED, actor, said, place=ward.slug, private=private, late=True)


def dispute_key(actor: Actor, result: Result) -> str:
    """HMAC(secret, result | household): tells a repeat on one result, links nothing across results."""
    return once_key("dispute", result.pk, actor)


@writes
def answer_dispute(actor: Actor, said: Dispute, *, outcome: str, answer: str, act_id: UUID | None = None) -> Dispute:
    """Answer whoever saw otherwise; only that household reads it.

    ``outcome`` "counted": the result is counted again in the next review, among others. Raises Refused, Invalid("outcome" | "answer").
    """
    said = lock(said, "result__initiative", "result__place__parent")
    require(rules.may_review_dispute(actor, said))
    if outcome not in Outcome.values or outcome == Outcome.OPEN:
        raise Invalid("outcome", _("Please say what you found."))
    answer = answer.strip()
    if not 3 <= len(answer) <= WORDS:
        raise Invalid("answer", _("Please say in a few words what you found."))
    said.outcome, said.answer, said.answered_at = outcome, answer, clock.now()
    said.by_giver = is_giver(actor, said.about)
    said.wanted = want(said.result, Because.DISPUTE) if outcome == Outcome.COUNTED else None
    said.save(update_fields=["outcome", "answer", "answered_at", "by_giver", "wanted"])
    place = said.result.place
    ward = place if place.rank <= Rank.WARD or place.parent is None else place.parent
    private = {"dispute": said.pk, "outcome": outcome, "answer": answer, "gave": said.by_giver}
    return act(Verb.DISPUTE_ANSWERED, actor, said, place=ward.slug, private=private)
