from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def desk(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")
