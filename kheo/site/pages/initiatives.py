from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def initiatives(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")


def initiative(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")
