from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def meeting(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")
