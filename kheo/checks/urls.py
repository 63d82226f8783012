"""Addresses of this room's act forms."""

from django.urls import path

from kheo.checks import views

app_name = "checks"
urlpatterns = [
    path("results/<int:pk>/ask/", views.ask, name="ask"),
    path("checks/<int:pk>/", views.check, name="check"),
    path("checks/<int:pk>/decline/", views.decline, name="decline"),
    path("checks/<int:pk>/unreached/", views.unreached, name="unreached"),
]
