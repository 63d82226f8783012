"""Write, post, comment, answer, adopt, recognise, end; and the poster. The page of an agreement itself is kheo.site's."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo import catalogue
from kheo.agreements import actions, papers, rules
from kheo.agreements.forms import AdoptForm, AnswerForm, CommentForm, DraftForm, EditForm, EndForm, SureForm
from kheo.agreements.models import RULE, Agreement, Clause, Comment, Version
from kheo.core import pdf
from kheo.core.forms import ActForm
from kheo.core.requests import Request
from kheo.core.rules import Answer, require
from kheo.meetings.models import Decision
from kheo.openlog.door import done
from kheo.people import limits
from kheo.places.models import Place


def draft(request: Request) -> HttpResponse:
    """Begin an agreement of an area (``?place=slug``), from the sentences of a kit (``&kit=key``) if one is chosen."""
    area = get_object_or_404(Place, slug=request.GET.get("place", ""))
    kits = {k.key: k for k in catalogue.kits().values() if k.agreement}
    kit = kits.get(request.GET.get("kit", ""))
    first = {"title": kit.name, "clauses": "\n".join(str(clause) for clause in kit.agreement)} if kit else {}
    form = DraftForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        values = {**form.values(), "kit": kit.key if kit else ""}
        if agreement := form.perform(actions.draft_agreement, request.actor, area, **values):
            messages.success(request, _("The draft is written. Read it once more, then post it."))
            return redirect(agreement)
    require(rules.may_draft_agreement(request.actor, area))
    context = {"form": form, "place": area, "kits": kits.values(), "kit": kit, "back": area.get_absolute_url()}
    return render(request, "agreements/draft.html", context)


def edit(request: Request, pk: int) -> HttpResponse:
    """Write the sentences of a draft anew."""
    version = _version(pk)
    first = {"clauses": "\n".join(clause.text for clause in version.clauses.all())}
    form = EditForm(request.POST or None, initial=first)
    return _act(request, version, form, rules.may_edit_draft, actions.edit_draft, "edit", _("Written down."))


def post(request: Request, pk: int) -> HttpResponse:
    """Post a draft."""
    said = _("Posted. Print the poster and hang it where everybody passes.")
    return _act(request, _version(pk), SureForm(request.POST or None), rules.may_post_draft, actions.post_draft, "post", said)


def recognise(request: Request, pk: int) -> HttpResponse:
    """The ward recognises what was adopted."""
    said = _("It is in force from today.")
    return _act(request, _version(pk), SureForm(request.POST or None), rules.may_recognise, actions.recognise, "recognise", said)


def end(request: Request, pk: int) -> HttpResponse:
    """End one that is in force."""
    said = _("It has ended. Its page tells why.")
    return _act(request, _version(pk), EndForm(request.POST or None), rules.may_end, actions.end_agreement, "end", said)


def adopt(request: Request, pk: int) -> HttpResponse:
    """Say which decision adopts it (``?decision=pk`` stands there chosen; so does the only one)."""
    version = _version(pk)
    found = Decision.objects.filter(rule=RULE, passed=True, matter__meeting__place=version.place)
    found = found.filter(decided_on__gt=version.posted_until) if version.posted_until else found.none()
    found = found.filter(Q(agreement_version=None) | Q(agreement_version=version)).select_related("matter").order_by("-decided_on", "-pk")
    only = found[0].pk if len(found[:2]) == 1 else ""
    form = AdoptForm(request.POST or None, decisions=found, initial={"decision": request.GET.get("decision", only)})
    said = _("Adopted. Now the file goes to the ward, which recognises it.")
    return _act(request, version, form, rules.may_adopt, actions.adopt, "adopt", said)


def renew(request: Request, pk: int) -> HttpResponse:
    """Begin a new version."""
    agreement = get_object_or_404(Agreement.objects.select_related("place"), pk=pk)
    form = SureForm(request.POST or None)
    said = _("Here is the new version, with the sentences of the last one. Change them now.")
    if request.method == "POST" and form.is_valid() and (version := form.perform(actions.draft_version, request.actor, agreement)):
        messages.success(request, said)
        return redirect("agreements:edit", version.pk)
    require(rules.may_draft_version(request.actor, agreement))
    return render(request, "agreements/renew.html", {"form": form, "agreement": agreement, "back": agreement.get_absolute_url()})


def comment(request: Request, pk: int) -> HttpResponse:
    """Say something to a sentence; no name and no account needed."""
    clause = get_object_or_404(Clause.objects.select_related("version__agreement__place__parent"), pk=pk)
    require(rules.may_comment(request.actor, clause))
    form = CommentForm(request.POST or None)

    def act(actor: Any, clause: Clause, *, act_id: UUID, **values: Any) -> Comment:
        with transaction.atomic():
            limits.allow(request, "comment", clause.place, repeat=done(actions.comment_on_clause, actor, clause, act_id))
            return actions.comment_on_clause(actor, clause, act_id=act_id, **values)

    if request.method == "POST" and form.is_valid() and form.perform(act, request.actor, clause, **form.values()) is not None:
        messages.success(request, _("Thank you. It shows up when the head of the area has read it."))
        return redirect(clause.version)
    context = {"form": form, "clause": clause, "back": clause.version.get_absolute_url()}
    return render(request, "agreements/comment.html", context)


def release(request: Request, pk: int) -> HttpResponse:
    """Let everybody read a comment."""
    return _answer(request, pk, SureForm, rules.may_release_comment, actions.release_comment, "release", _("Everybody can read it now."))


def answer(request: Request, pk: int) -> HttpResponse:
    """Answer a comment."""
    return _answer(request, pk, AnswerForm, rules.may_answer_comment, actions.answer_comment, "answer", _("Answered."))


@require_safe
def poster(request: Request, pk: int) -> HttpResponse:
    """The poster of a version, to print: a draft that is posted says until when, one in force since when."""
    version = _version(pk)
    require(rules.may_see(request.actor, version))
    return pdf.answer(papers.poster(version), version.agreement.title)


def _version(pk: int) -> Version:
    return get_object_or_404(Version.objects.select_related("agreement__place__parent"), pk=pk)


def _act(
    request: Request,
    version: Version,
    form: ActForm,
    may: Callable[..., Answer],
    action: Callable[..., Version],
    name: str,
    said: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and form.perform(action, request.actor, version, **form.values()) is not None:
        messages.success(request, said)
        return redirect(version)
    require(may(request.actor, version))
    context = {"form": form, "version": version, "agreement": version.agreement, "back": version.get_absolute_url()}
    return render(request, f"agreements/{name}.html", context)


def _answer(
    request: Request,
    pk: int,
    form_class: type[ActForm],
    may: Callable[..., Answer],
    action: Callable[..., Comment],
    name: str,
    said: str,
) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.select_related("clause__version__agreement__place"), pk=pk)
    form, version = form_class(request.POST or None), comment.clause.version
    if request.method == "POST" and form.is_valid() and form.perform(action, request.actor, comment, **form.values()) is not None:
        messages.success(request, said)
        return redirect(version)
    require(may(request.actor, comment))
    return render(request, f"agreements/{name}.html", {"form": form, "comment": comment, "back": version.get_absolute_url()})
