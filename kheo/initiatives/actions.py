"""Every write of the registry of initiatives."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kheo import catalogue
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.folding import fold
from kheo.core.rules import Invalid, require
from kheo.initiatives import rules, values
from kheo.initiatives.models import ADVICE_FIELDS, Advice, Initiative, MandateKind, State, Target, Task, ward_of
from kheo.initiatives.verbs import InitiativeVerb
from kheo.meetings import duties
from kheo.meetings.models import Decision
from kheo.needs import actions as needs_actions
from kheo.needs import rules as need_rules
from kheo.needs.models import State as NeedState
from kheo.openlog.door import act, lock, writes
from kheo.people.models import User
from kheo.places.models import Place

if TYPE_CHECKING:
    from kheo.needs.models import Need
    from kheo.people.models import Organisation

#: Law rules under which a meeting can decide on a work that people contribute to.
MANDATING_RULES = ("contributions", "spending")
RESERVED_SLUGS = {"new"}
MOST_TASKS = 60


@writes
def draft_initiative(
    actor: Actor,
    place: Place,
    *,
    kit: str,
    title: str,
    summary: str,
    site: Place | None = None,
    targets: dict[str, int],
    needs: "Sequence[Need]" = (),
    organisation: "Organisation | None" = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    serves: str = "",
    act_id: UUID | None = None,
) -> Initiative:
    """Draft an initiative from a kit, with the kit's steps as tasks.

    ``targets``: whole numbers by indicator key ("rural-lighting.lamps": 30). Help for a household (``private_site``) is
    kept at the ward. Raises Refused, Invalid(kit, title, summary, site, target:<key>, targets, needs, organisation,
    starts_on, ends_on, serves).
    """
    place = lock(place)
    require(rules.may_draft(actor, place))
    if not catalogue.is_offered(kit):
        raise Invalid("kit", _("There is no such kind of work to start from."))
    chosen = catalogue.kit(kit)
    home = ward_of(place) if chosen.private_site else place
    title = values.words("title", title, 160)
    summary = values.words("summary", summary, 1000)
    serves = values.words("serves", serves, 200, needed=False)
    site = values.site(chosen, home, site)
    aimed = values.targets(chosen, targets)
    values.dates(starts_on, ends_on)
    taken_up = values.needs(home, needs)
    initiative = _create(
        f"{kit}-{secrets.token_hex(4)}" if chosen.private_site else title,  # a title may say whose house; an address stays for ever
        kit=kit,
        kit_hash=chosen.hash,
        title=title,
        summary=summary,
        place=home,
        site=site,
        organiser_id=actor.user_id,
        organisation=values.organisation(home, organisation),
        serves=serves,
        starts_on=starts_on,
        ends_on=ends_on,
        drafted_at=clock.now(),
    )
    initiative.needs.set(taken_up)
    _aim(initiative, aimed)
    Task.objects.bulk_create(
        Task(initiative=initiative, position=n, title=step.title(), who=step.who()) for n, step in enumerate(chosen.steps, 1)
    )
    return act(InitiativeVerb.DRAFTED, actor, initiative, place=home.slug, facts={"kit": kit}, private=_private(initiative, aimed))


@writes
def edit_initiative(
    actor: Actor,
    initiative: Initiative,
    *,
    title: str,
    summary: str,
    site: Place | None,
    targets: dict[str, int],
    starts_on: date | None,
    ends_on: date | None,
    serves: str,
    act_id: UUID | None = None,
) -> Initiative:
    """Change a draft or what the ward sent back. Raises Refused, Invalid (fields as in :func:`draft_initiative`)."""
    initiative = lock(initiative)
    require(rules.may_edit(actor, initiative))
    kit = initiative.kit_of()
    initiative.title = values.words("title", title, 160)
    initiative.summary = values.words("summary", summary, 1000)
    initiative.serves = values.words("serves", serves, 200, needed=False)
    initiative.site = values.site(kit, initiative.place, site)
    aimed = values.targets(kit, targets)
    values.dates(starts_on, ends_on)
    initiative.starts_on, initiative.ends_on, initiative.kit_hash = starts_on, ends_on, kit.hash
    initiative.save(update_fields=["title", "summary", "serves", "site", "starts_on", "ends_on", "kit_hash"])
    _aim(initiative, aimed)
    return act(InitiativeVerb.EDITED, actor, initiative, place=initiative.place.slug, private=_private(initiative, aimed))


@writes
def give_mandate(
    actor: Actor,
    initiative: Initiative,
    *,
    kind: MandateKind | str,
    decision: Decision | None = None,
    note: str = "",
    act_id: UUID | None = None,
) -> Initiative:
    """Say who decided: a passed decision of the place on contributions or spending, or one of the reasons why none is needed.

    Raises Refused, Invalid(kind, decision, note).
    """
    initiative = lock(initiative)
    require(rules.may_give_mandate(actor, initiative))
    if kind not in MandateKind.values:
        raise Invalid("kind", _("Choose one of the reasons."))
    kind = MandateKind(kind)
    if kind == MandateKind.DECISION:
        _check_decision(initiative, decision)
    elif decision is not None:
        raise Invalid("decision", _("A decision goes with “a meeting decided”."))
    initiative.mandate, initiative.decision = kind, decision
    initiative.mandate_note = values.words("note", note, 300, needed=False)
    initiative.save(update_fields=["mandate", "decision", "mandate_note"])
    facts = {"mandate": str(kind), "decision": decision.pk if decision else None}
    return act(
        InitiativeVerb.MANDATED,
        actor,
        initiative,
        place=initiative.place.slug,
        facts=facts,
        private={"note": initiative.mandate_note, "initiative": initiative.pk},
    )


@writes
def submit_initiative(actor: Actor, initiative: Initiative, *, act_id: UUID | None = None) -> Initiative:
    """Send a draft to the ward; earlier advice counts as answered. Raises Refused, Invalid(target:<key>, decision)."""
    initiative = lock(initiative)
    require(rules.may_submit(actor, initiative))
    values.targets(initiative.kit_of(), _targets(initiative))
    if initiative.mandate == MandateKind.DECISION:
        _check_decision(initiative, initiative.decision)
    initiative.state, initiative.submitted_at = State.SUBMITTED, clock.now()
    initiative.save(update_fields=["state", "submitted_at"])
    initiative.advice.filter(settled=False).update(settled=True)
    return act(InitiativeVerb.SUBMITTED, actor, initiative, place=initiative.place.slug, facts={"kit": initiative.kit})


@writes
def return_initiative(actor: Actor, initiative: Initiative, *, advice: dict[str, str], act_id: UUID | None = None) -> Initiative:
    """Send a submission back with advice per field (keys of ``ADVICE_FIELDS``; empty texts are left out).

    Raises Refused, Invalid(<field>, None).
    """
    initiative = lock(initiative)
    require(rules.may_return(actor, initiative))
    texts = {}
    for field, text in advice.items():
        if field not in ADVICE_FIELDS:
            raise Invalid(None, _("There is no field “%(field)s” to advise on.") % {"field": field})
        if text := values.words(field, text, 600, needed=False):
            texts[field] = text
    if not texts:
        raise Invalid(None, _("Write in at least one box what should be completed."))
    now = clock.now()
    by = User.objects.get(pk=actor.user_id or 0)
    Advice.objects.bulk_create(Advice(initiative=initiative, field=f, text=t, by=by, at=now) for f, t in texts.items())
    initiative.state = State.RETURNED
    initiative.save(update_fields=["state"])
    return act(
        InitiativeVerb.RETURNED, actor, initiative, place=initiative.place.slug, facts={"fields": sorted(texts)}, private={"advice": texts}
    )


@writes
def register_initiative(actor: Actor, initiative: Initiative, *, act_id: UUID | None = None) -> Initiative:
    """Register a submission: work begins, the needs it takes up count as planned. Raises Refused."""
    initiative = lock(initiative)
    require(rules.may_register(actor, initiative))
    initiative.state, initiative.registered_at = State.REGISTERED, clock.now()
    initiative.save(update_fields=["state", "registered_at"])
    for need in initiative.needs.order_by("pk"):
        if need.state in (NeedState.OPEN, NeedState.ANSWERED):
            needs_actions.set_state(actor, need, NeedState.PLANNED)
    if initiative.decision:
        duties.add_kit_duties(initiative.decision, initiative.kit_of())
    clear: dict[str, object] = {
        "kit": initiative.kit,
        "kit_sha256": initiative.kit_hash,
        "mandate": initiative.mandate,
        "decision": initiative.decision_id,
    }
    facts = {}
    if not initiative.kit_of().private_site:  # one house in one ward would point at a household
        clear["targets"], facts["initiative"] = _targets(initiative), initiative.slug
    return act(
        InitiativeVerb.REGISTERED,
        actor,
        initiative,
        place=initiative.place.slug,
        clear=clear,
        facts=facts,
        private=_private(initiative, _targets(initiative)),
    )


@writes
def add_task(
    actor: Actor, initiative: Initiative, *, title: str, who: str = "", due_on: date | None = None, act_id: UUID | None = None
) -> Task:
    """Add a step at the end. ``who`` is a role or group, never a person. Raises Refused, Invalid(title, who, due_on)."""
    initiative = lock(initiative)
    require(rules.may_add_task(actor, initiative))
    title, who = values.words("title", title, 160), values.words("who", who, 120, needed=False)
    if due_on and abs(due_on - clock.today()) > values.LONGEST:
        raise Invalid("due_on", _("This date is too far away."))
    last = initiative.tasks.order_by("-position").first()
    if initiative.tasks.count() >= MOST_TASKS:
        raise Invalid("title", _("That is enough steps for one work: at most %(most)s.") % {"most": MOST_TASKS})
    task = Task.objects.create(initiative=initiative, position=last.position + 1 if last else 1, title=title, who=who, due_on=due_on)
    return act(
        InitiativeVerb.TASK_ADDED,
        actor,
        task,
        place=initiative.place.slug,
        facts={"position": task.position},
        private={"initiative": initiative.pk, "title": title, "who": who},
    )


@writes
def finish_task(actor: Actor, task: Task, *, act_id: UUID | None = None) -> Task:
    """Tick off a step. Raises Refused."""
    task = lock(task)
    require(rules.may_finish_task(actor, task))
    task.done_on = clock.today()
    task.save(update_fields=["done_on"])
    return act(
        InitiativeVerb.TASK_FINISHED,
        actor,
        task,
        place=task.initiative.place.slug,
        facts={"position": task.position},
        private={"initiative": task.initiative_id},
    )


@writes
def close_initiative(actor: Actor, initiative: Initiative, *, reason: str, act_id: UUID | None = None) -> Initiative:
    """Give up a work; the reason is public when the work was. Raises Refused, Invalid(reason)."""
    initiative = lock(initiative)
    require(rules.may_close(actor, initiative))
    initiative.closed_reason = values.words("reason", reason, 300)
    initiative.state, initiative.closed_at = State.CLOSED, clock.now()
    initiative.save(update_fields=["state", "closed_at", "closed_reason"])
    for need in initiative.needs.exclude(initiatives__state__in=(State.REGISTERED, State.COMPLETED)).select_related("place"):
        if need_rules.may_reopen_need(actor, need):
            needs_actions.reopen_need(actor, need)
    return act(
        InitiativeVerb.CLOSED,
        actor,
        initiative,
        place=initiative.place.slug,
        facts={"kit": initiative.kit},
        private={"reason": initiative.closed_reason},
    )


def _create(words: str, **columns: object) -> Initiative:
    """The row under a free address made from its words."""
    base = slugify(fold(words))[:90].strip("-") or "viec-chung"
    slug = base
    while True:
        if slug not in RESERVED_SLUGS and not Initiative.objects.filter(slug=slug).exists():
            try:
                with transaction.atomic():
                    return Initiative.objects.create(slug=slug, **columns)
            except IntegrityError:  # somebody took it just now
                if not Initiative.objects.filter(slug=slug).exists():
                    raise
        slug = f"{base}-{secrets.token_hex(2)}"


def _aim(initiative: Initiative, aimed: dict[str, int]) -> None:
    initiative.targets.all().delete()
    Target.objects.bulk_create(Target(initiative=initiative, indicator=k, quantity=q) for k, q in aimed.items())


def _targets(initiative: Initiative) -> dict[str, int]:
    return {t.indicator: t.quantity for t in initiative.targets.order_by("pk")}


def _private(initiative: Initiative, aimed: dict[str, int]) -> dict[str, object]:
    return {
        "title": initiative.title,
        "summary": initiative.summary,
        "serves": initiative.serves,
        "site": initiative.site.slug if initiative.site else None,
        "targets": aimed,
    }


def _check_decision(initiative: Initiative, decision: Decision | None) -> None:
    if decision is None:
        raise Invalid("decision", _("Choose the decision."))
    if not (decision.matter.meeting.place.path or "-").startswith(initiative.place.path or "/"):
        raise Invalid("decision", _("This decision was taken in another place."))
    if decision.rule not in MANDATING_RULES:
        raise Invalid("decision", _("This decision wasn't about contributions or spending."))
    if not decision.passed:
        raise Invalid("decision", _("This decision didn't pass."))
