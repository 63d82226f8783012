"""Photos as the public sees them, and hiding."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db.models import AutoField
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.evidence import actions, photos, rules
from kheo.evidence.forms import HideForm, UnhideForm
from kheo.evidence.models import Hideable, Photo, place_of

FRESH = "public, max-age=300"  # its bytes never change, but what is hidden must be gone from caches soon


@require_safe
def photo(request: Request, sha256: str, small: bool = False) -> HttpResponseBase:
    """A stored copy. Several rows may share the bytes: one that the actor may see is enough."""
    rows = list(Photo.objects.filter(sha256=sha256).select_related("place"))
    if not rows:
        raise Http404
    answers = [rules.may_see_photo(request.actor, row) for row in rows]
    require(next(filter(bool, answers), answers[0]))
    public = any(row.public and row.shown for row in rows)
    if not public:  # logged before it is shown: where that fails, nobody sees it
        actions.look(request.actor, next(row for row, answer in zip(rows, answers, strict=True) if answer))
    tag = f'"{sha256}{"-small" if small else ""}"'
    if public and isinstance(same := get_conditional_response(request, etag=tag), HttpResponseNotModified):
        same["Cache-Control"], same["ETag"] = FRESH, tag
        return same
    try:
        file = photos.path_of(sha256, small=small).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp", filename=f"{sha256[:12]}.webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = FRESH if public else "private, no-store"
    if public:
        response["ETag"] = tag
    return response


def hide(request: Request, label: str, pk: int) -> HttpResponse:
    """Hide a public text or photo, with a reason."""
    thing = _thing(label, pk)
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.hide, request.actor, thing, **form.values()) is not None:
        messages.success(request, _("It is hidden. Its page shows the reason."))
        return redirect(place_of(thing) or "/")
    require(rules.may_hide(request.actor, thing))
    return render(request, "evidence/hide.html", {"form": form, **_about(thing)})


def unhide(request: Request, label: str, pk: int) -> HttpResponse:
    """Show a hidden text or photo again, with a reason."""
    thing = _thing(label, pk)
    form = UnhideForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.unhide, request.actor, thing, **form.values()) is not None:
        messages.success(request, _("Everybody can see it again."))
        return redirect(place_of(thing) or "/")
    require(rules.may_unhide(request.actor, thing))
    return render(request, "evidence/unhide.html", {"form": form, **_about(thing)})


def _about(thing: Hideable) -> dict[str, Any]:
    place = place_of(thing)
    page = thing if hasattr(thing, "get_absolute_url") else place
    return {"thing": thing, "place": place, "back": page.get_absolute_url() if page else "/"}


def _thing(label: str, pk: int) -> Hideable:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, Hideable) or not isinstance(model._meta.pk, AutoField):  # an entry of a book has its own way to be hidden
        raise Http404
    thing: Hideable = get_object_or_404(model._base_manager, pk=pk)
    return thing
