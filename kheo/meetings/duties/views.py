"""Saying that a duty was done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kheo.core.actor import Actor
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.evidence import photos
from kheo.meetings.duties.acts import fulfil_duty
from kheo.meetings.duties.forms import DutyForm
from kheo.meetings.duties.rules import may_fulfil_duty
from kheo.meetings.models import Duty


def fulfil(request: Request, pk: int) -> HttpResponse:
    """Say that one duty was done."""
    duty = get_object_or_404(Duty.objects.select_related("decision__matter__meeting__place"), pk=pk)
    form = DutyForm(request.POST or None, request.FILES or None, duty=duty)
    answer = may_fulfil_duty(request.actor, duty)

    def act(actor: Actor, duty: Duty, *, proof: Any, act_id: UUID, **values: Any) -> Duty:
        photo = photos.store(proof, field="proof") if proof and answer else None
        return fulfil_duty(actor, duty, proof=photo, act_id=act_id, **values)

    if request.method == "POST" and form.is_valid() and (done := form.perform(act, request.actor, duty, **form.values())):
        if done.kept:
            messages.success(request, _("Thank you. Everybody can see that it was done in time."))
        else:
            messages.warning(request, _("Thank you. It came after its last day, so it counts as not done; the page says so."))
        return redirect(done.decision)
    require(answer)
    return render(request, "meetings/duty.html", {"form": form, "duty": duty, "back": duty.decision.get_absolute_url()})
