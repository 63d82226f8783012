"""Addresses of the acts on needs."""

from django.urls import path

from kheo.needs import views

app_name = "needs"

urlpatterns = [
    path("needs/new/", views.raise_, name="raise"),
    path("needs/near/", views.near, name="near"),
    path("needs/waiting/", views.queue, name="queue"),
    path("needs/stub/<slug:code>/", views.stub, name="stub"),
    path("needs/<slug:code>/back/", views.back, name="back"),
    path("needs/<slug:code>/release/", views.release, name="release"),
    path("needs/<slug:code>/answer/", views.answer, name="answer"),
    path("needs/<slug:code>/join/", views.merge, name="merge"),
    path("needs/<slug:code>/hide/", views.hide, name="hide"),
]
