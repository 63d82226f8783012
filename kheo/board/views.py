"""Papers to take home."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from kheo.board import rules
from kheo.board.dossier import dossier
from kheo.board.kept import kept
from kheo.core import pdf
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.initiatives.models import Initiative
from kheo.places.models import shapes


@require_safe
def file(request: Request, slug: str) -> HttpResponse:
    """GET /initiatives/<slug>/file.pdf: the file that protects."""
    related = ("place__parent", "site", "organisation", "decision__matter__meeting__place")
    found = Initiative.objects.select_related(*related).defer(*shapes("place", "place__parent", "site"))
    work = get_object_or_404(found, slug=slug)
    require(rules.may_see_file(request.actor, work))
    return pdf.answer(kept(f"work-{work.pk}", lambda: dossier(work)), work.title)
