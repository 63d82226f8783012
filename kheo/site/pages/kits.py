from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def kits(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")


def kit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")
