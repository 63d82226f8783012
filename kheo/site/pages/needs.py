from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def needs(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")


def need(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")
