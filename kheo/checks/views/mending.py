"""The page on which a work's organiser says that what a check found missing was put right."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.catalogue import indicator as indicator_of
from kheo.checks import actions, rules
from kheo.checks.forms import PutRightForm
from kheo.checks.models import Book, Unit
from kheo.core.actor import Actor
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.evidence import photos
from kheo.openlog.door import done


@never_cache
def put_right(request: Request, pk: int, ticket: int) -> HttpResponse:
    """GET, POST /rounds/<pk>/<ticket>/put-right/ – tickets whose check is not closed are not there."""
    found = Unit.objects.filter(book__in=Book.objects.public(), closed_at__isnull=False)
    found = found.select_related("book", "result__initiative__place", "result__site", "result__place")
    unit = get_object_or_404(found, book=pk, rank=ticket)
    form = PutRightForm(request.POST or None, request.FILES or None, unit=unit)
    if request.method == "POST" and form.is_valid() and form.perform(_put_right, request.actor, unit, **form.values()) is not None:
        messages.success(request, _("Written down. The check stays as it was, and beside it stands when it was put right."))
        return redirect(unit.book)
    if request.method != "POST" or not form.is_valid():
        require(rules.may_put_right(request.actor, unit))
    context = {"form": form, "unit": unit, "indicator": indicator_of(unit.result.indicator), "back": unit.book.get_absolute_url()}
    return render(request, "checks/put_right.html", context)


def _put_right(actor: Actor, unit: Unit, *, photo: Any, act_id: UUID, **values: Any) -> Unit:
    """The photo is stored before the transaction, and only for somebody who may act; a repeat stores none."""
    if first := done(actions.put_right, actor, unit, act_id):
        return cast(Unit, first)
    require(rules.may_put_right(actor, unit))
    stored = photos.store(photo, field="photo") if photo else None
    return actions.put_right(actor, unit, photo=stored, act_id=act_id, **values)
