"""Addresses of the acts on places; the page of a place is ``site.pages``'."""

from django.urls import path

from kheo.places import views

app_name = "places"
urlpatterns = [
    path("places/<slug:slug>/add/", views.add, name="add"),
    path("places/<slug:slug>/rename/", views.rename, name="rename"),
    path("places/<slug:slug>/outline.json", views.outline, name="outline"),
    path("places/<slug:slug>/households/", views.households, name="households"),
]
