"""Opinions without a vote, the end of the talk, the answers, and what was decided in words."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.meetings import actions, rules
from kheo.meetings.forms import AnswerForm, CloseTalkForm, OpinionForm, WordForm
from kheo.meetings.models import Decision, Matter, Opinion


def opinion(request: Request, pk: int) -> HttpResponse:
    """Write down what was said, one opinion after the other."""
    matter = get_object_or_404(Matter.objects.select_related("meeting__place"), pk=pk)
    form = OpinionForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.record_opinion, request.actor, matter, **form.values()) is not None
    ):
        messages.success(request, _("Written down. The next one, or back to the meeting."))
        return redirect("meetings:opinion", matter.pk)
    require(rules.may_record_opinion(request.actor, matter))
    said = matter.opinions.filter(hidden_at=None).order_by("pk")
    context = {"form": form, "matter": matter, "meeting": matter.meeting, "said": said, "back": matter.meeting.get_absolute_url()}
    return render(request, "meetings/opinion.html", context)


def close(request: Request, pk: int) -> HttpResponse:
    """End the talk on a matter."""
    matter = get_object_or_404(Matter.objects.select_related("meeting__place"), pk=pk)
    form = CloseTalkForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (done := form.perform(actions.close_talk, request.actor, matter)):
        messages.info(request, _("The opinions are recorded. Nothing was voted on (%(article)s).") % {"article": done.citation})
        return redirect(matter.meeting)
    require(rules.may_close_talk(request.actor, matter))
    context = {"form": form, "matter": matter, "back": matter.meeting.get_absolute_url(), "opinions": matter.opinions.count()}
    return render(request, "meetings/close_talk.html", context)


def answer(request: Request, pk: int) -> HttpResponse:
    """Answer an opinion in public."""
    opinion = get_object_or_404(Opinion.objects.select_related("matter__meeting__place"), pk=pk, hidden_at=None)
    meeting = opinion.matter.meeting
    form = AnswerForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.answer_opinion, request.actor, opinion, **form.values()) is not None
    ):
        messages.success(request, _("The answer is published."))
        return redirect(f"{meeting.get_absolute_url()}#matter-{opinion.matter.position}")
    require(rules.may_answer_opinion(request.actor, opinion))
    return render(
        request, "meetings/answer.html", {"form": form, "opinion": opinion, "meeting": meeting, "back": meeting.get_absolute_url()}
    )


def word(request: Request, pk: int) -> HttpResponse:
    """Write down what was decided."""
    decision = get_object_or_404(Decision.objects.select_related("matter__meeting__place"), pk=pk)
    meeting = decision.matter.meeting
    form = WordForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.word_decision, request.actor, decision, **form.values()) is not None
    ):
        messages.success(request, _("Written down for everybody. Now print the resolution."))
        return redirect(f"{meeting.get_absolute_url()}#matter-{decision.matter.position}")
    require(rules.may_word_decision(request.actor, decision))
    context = {"form": form, "matter": decision.matter, "meeting": meeting, "back": meeting.get_absolute_url()}
    return render(request, "meetings/word.html", context)
