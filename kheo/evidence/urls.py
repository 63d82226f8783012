"""Addresses of photos and of hiding."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from kheo.evidence import views

app_name = "evidence"


class Sha256(StringConverter):
    """64 lower-case hex digits."""

    regex = "[0-9a-f]{64}"


register_converter(Sha256, "sha256")

urlpatterns = [
    path("photos/<sha256:sha256>.webp", views.photo, name="photo"),
    path("photos/<sha256:sha256>-s.webp", views.photo, {"small": True}, name="photo-small"),
    path("hide/<str:label>/<int:pk>/", views.hide, name="hide"),
    path("unhide/<str:label>/<int:pk>/", views.unhide, name="unhide"),
]
