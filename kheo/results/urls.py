"""Addresses of this room's act forms."""

from django.urls import path

from kheo.results import views

app_name = "results"
urlpatterns = [
    path("initiatives/<slug:slug>/report/", views.report, name="report"),
    path("results/<int:pk>/correct/", views.correct, name="correct"),
]
