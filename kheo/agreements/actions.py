"""Every write of the room: draft, edit, post, comment, release, answer, adopt, recognise, end."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

import rfc8785
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kheo.agreements import rules
from kheo.agreements.models import RULE, Agreement, Clause, Comment, State, Version
from kheo.agreements.verbs import AgreementVerb
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, Refused, require
from kheo.core.values import line
from kheo.meetings import law
from kheo.meetings.models import Decision
from kheo.openlog.door import act, lock, writes
from kheo.places.models import Place, Rank

CLAUSES = 20  # more than anybody reads on a wall
SHORTEST = 3


@writes
def draft_agreement(
    actor: Actor, area: Place, *, title: str, clauses: Sequence[str], kit: str = "", act_id: UUID | None = None
) -> Agreement:
    """Begin an agreement of an area with its first draft. ``kit``: whose clauses it began with. Raises Invalid on "title", "clauses"."""
    area = lock(area)
    require(rules.may_draft_agreement(actor, area))
    title = line("title", title, 120, _("Please say what it is about."), least=SHORTEST)
    agreement = Agreement.objects.create(place=area, title=title, kit=kit, drafted_by_id=cast("int", actor.user_id))
    _write(Version.objects.create(agreement=agreement, number=1), clauses)
    return _log(AgreementVerb.DRAFTED, actor, agreement, agreement, {"version": 1}, {"title": title})


@writes
def draft_version(actor: Actor, agreement: Agreement, *, act_id: UUID | None = None) -> Version:
    """Begin a new version with the clauses of the last one."""
    agreement = lock(agreement)
    require(rules.may_draft_version(actor, agreement))
    last = agreement.versions.order_by("number").last()
    number = (agreement.versions.aggregate(n=Max("number"))["n"] or 0) + 1
    version = Version.objects.create(agreement=agreement, number=number)
    _write(version, [clause.text for clause in last.clauses.filter(hidden_at=None)] if last else [])
    return _log(AgreementVerb.DRAFTED, actor, version, agreement, {"version": number})


@writes
def edit_draft(actor: Actor, version: Version, *, clauses: Sequence[str], act_id: UUID | None = None) -> Version:
    """Write the clauses of a draft anew. Raises Invalid on "clauses"."""
    version = lock(version, "agreement__place")
    require(rules.may_edit_draft(actor, version))
    version.clauses.all().delete()
    _write(version, clauses)
    return _log(AgreementVerb.EDITED, actor, version, version.agreement, {"version": version.number})


@writes
def post_draft(actor: Actor, version: Version, *, act_id: UUID | None = None) -> Version:
    """Post a draft: from today it is read and talked about for the days that the law asks for, and its words stay."""
    version = lock(version, "agreement__place")
    require(rules.may_post_draft(actor, version))
    today = clock.today()
    days = law.rule_on(RULE, today).draft_days
    version.state, version.posted_on, version.posted_until = State.POSTED, today, today + timedelta(days=days)
    version.save(update_fields=["state", "posted_on", "posted_until"])
    texts = [clause.text for clause in version.clauses.all()]
    facts = {"version": version.number, "until": version.posted_until.isoformat(), "clauses": clauses_hash(texts)}
    return _log(AgreementVerb.POSTED, actor, version, version.agreement, facts)


@writes
def comment_on_clause(actor: Actor, clause: Clause, *, text: str, act_id: UUID | None = None) -> Comment:
    """Say something to a clause, once per person; without a name. Held until the head or the ward lets it be shown."""
    clause = lock(clause, "version__agreement__place__parent")
    require(rules.may_comment(actor, clause))
    text = line("text", text, 600, _("Please write what you want to say."), least=SHORTEST)
    key = Comment.key_of(actor, clause)
    if Comment.objects.filter(key=key).exists():
        raise Refused(_("You said something to this sentence already. Thank you."))
    comment = Comment.objects.create(clause=clause, key=key, text=text, on=clock.today())
    area = clause.place
    ward = area.parent if area.rank == Rank.AREA and area.parent else area
    return act(AgreementVerb.COMMENTED, Actor("nameless"), comment, place=ward.slug, private={"text": text}, late=True)


@writes
def release_comment(actor: Actor, comment: Comment, *, act_id: UUID | None = None) -> Comment:
    """Let everybody read a comment."""
    comment = lock(comment, "clause__version__agreement__place")
    require(rules.may_release_comment(actor, comment))
    comment.released = True
    comment.save(update_fields=["released"])
    return _log(AgreementVerb.RELEASED, actor, comment, comment.clause.version.agreement, {"clause": comment.clause.position})


@writes
def answer_comment(actor: Actor, comment: Comment, *, answer: str, act_id: UUID | None = None) -> Comment:
    """Answer a comment that is shown. Raises Invalid on "answer"."""
    comment = lock(comment, "clause__version__agreement__place")
    require(rules.may_answer_comment(actor, comment))
    comment.answer = line("answer", answer, 600, _("Please write the answer."), least=SHORTEST)
    comment.answered_on = clock.today()
    comment.save(update_fields=["answer", "answered_on"])
    facts = {"clause": comment.clause.position}
    return _log(AgreementVerb.ANSWERED, actor, comment, comment.clause.version.agreement, facts, {"answer": comment.answer})


@writes
def adopt(actor: Actor, version: Version, *, decision: Decision, review_on: date, act_id: UUID | None = None) -> Version:
    """Say which passed decision adopts the version, and when it is looked at again.

    The decision is one under the rule of conventions, of the same area, taken after the posted days, and adopts nothing else.
    Raises Invalid on "decision" and "review_on" (after today, within five years).
    """
    version = lock(version, "agreement__place")
    require(rules.may_adopt(actor, version))
    if decision.rule != RULE or decision.matter.meeting.place_id != version.agreement.place_id:
        raise Invalid("decision", _("Please choose a decision of this area on an agreement."))
    if not decision.passed:
        raise Invalid("decision", _("This matter did not pass."))
    if version.posted_until is None or decision.decided_on <= version.posted_until:
        raise Invalid("decision", _("The meeting was held before the draft had been posted for its days."))
    if Version.objects.filter(decision=decision).exists():
        raise Invalid("decision", _("This decision adopts another agreement already."))
    today = clock.today()
    if not today < review_on <= today + timedelta(days=5 * 366):
        raise Invalid("review_on", _("Please choose a day to come, within five years."))
    version.state, version.decision, version.review_on = State.ADOPTED, decision, review_on
    version.save(update_fields=["state", "decision", "review_on"])
    facts = {"version": version.number, "meeting": decision.matter.meeting_id, "matter": decision.matter.position}
    return _log(AgreementVerb.ADOPTED, actor, version, version.agreement, {**facts, "review": review_on.isoformat()})


@writes
def recognise(actor: Actor, version: Version, *, act_id: UUID | None = None) -> Version:
    """The ward recognises it: in force from today. The version before it held until yesterday, or only today if it began today."""
    agreement = lock(version.agreement)
    version = lock(version, "agreement__place")
    require(rules.may_recognise(actor, version))
    today = clock.today()
    for before in agreement.versions.filter(state=State.IN_FORCE):
        before.state, before.valid_to = State.REPLACED, max(before.valid_from or today, today - timedelta(days=1))
        before.save(update_fields=["state", "valid_to"])
    version.state, version.valid_from = State.IN_FORCE, today
    version.save(update_fields=["state", "valid_from"])
    return _log(AgreementVerb.RECOGNISED, actor, version, agreement, {"version": version.number, "from": today.isoformat()})


@writes
def end_agreement(actor: Actor, version: Version, *, reason: str, act_id: UUID | None = None) -> Version:
    """End one that is in force, with the reason the neighbours will read. Raises Invalid on "reason"."""
    version = lock(version, "agreement__place")
    require(rules.may_end(actor, version))
    version.reason = line("reason", reason, 300, _("Please tell the neighbours why."), least=SHORTEST)
    version.state, version.valid_to = State.ENDED, clock.today()
    version.save(update_fields=["reason", "state", "valid_to"])
    return _log(AgreementVerb.ENDED, actor, version, version.agreement, {"version": version.number}, {"reason": version.reason})


def clauses_hash(texts: Sequence[str]) -> str:
    """SHA-256 of the canonical JSON list of the clauses, in order: hex. What was posted can be held against it."""
    return hashlib.sha256(rfc8785.dumps(list(texts))).hexdigest()


def _write(version: Version, clauses: Sequence[str]) -> None:
    texts = [line("clauses", text, 400, _("Please write whole sentences."), least=SHORTEST) for text in clauses if text.strip()]
    if not texts:
        raise Invalid("clauses", _("Please write at least one sentence."))
    if len(texts) > CLAUSES:
        raise Invalid("clauses", _("At most %(n)s sentences: more nobody reads on a wall.") % {"n": CLAUSES})
    if len(set(texts)) < len(texts):
        raise Invalid("clauses", _("One sentence stands there twice."))
    Clause.objects.bulk_create(Clause(version=version, position=n, text=text) for n, text in enumerate(texts, 1))


def _log[T: Agreement | Version | Comment](
    verb: AgreementVerb,
    actor: Actor,
    thing: T,
    agreement: Agreement,
    clear: dict[str, Any],
    private: dict[str, Any] | None = None,
) -> T:
    return act(verb, actor, thing, place=agreement.place.slug, clear={"agreement": agreement.pk, **clear}, private=private)
