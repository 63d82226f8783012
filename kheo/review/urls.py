"""Paths of review's acts."""

from django.urls import path

from kheo.review import views

app_name = "review"
urlpatterns = [path("initiatives/<slug:slug>/complete/", views.complete, name="complete")]
