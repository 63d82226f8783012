"""Addresses of papers to take home."""

from django.urls import path

from kheo.board import views

app_name = "board"
urlpatterns = [path("initiatives/<slug:slug>/file.pdf", views.file, name="file")]
