"""The city's addresses, and a bare page behind the same middleware: one row, one small template. Nothing in Django is faster."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from kheo.places.models import Place
from kheo.site.urls import handler400, handler403, handler404, handler500
from kheo.site.urls import urlpatterns as city

_bare = Engine().from_string("<!doctype html><title>{{ place.name }}</title><p>{{ place.name }} {{ place.households }}</p>")


def bare(request: HttpRequest) -> HttpResponse:
    """GET /bench/bare/"""
    place = Place.objects.defer("geometry").get(slug="can-tho")
    return HttpResponse(_bare.render(Context({"place": place})))


urlpatterns = [path("bench/bare/", bare), *city]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
