"""Paths of the registry's acts."""

from django.urls import path

from kheo.initiatives import views

app_name = "initiatives"
urlpatterns = [
    path("initiatives/new/", views.draft, name="draft"),
    path("initiatives/<slug:slug>/edit/", views.edit, name="edit"),
    path("initiatives/<slug:slug>/mandate/", views.mandate, name="mandate"),
    path("initiatives/<slug:slug>/submit/", views.submit, name="submit"),
    path("initiatives/<slug:slug>/return/", views.send_back, name="return"),
    path("initiatives/<slug:slug>/register/", views.register, name="register"),
    path("initiatives/<slug:slug>/tasks/", views.tasks, name="tasks"),
    path("initiatives/<slug:slug>/tasks/<int:pk>/finish/", views.finish, name="finish"),
    path("initiatives/<slug:slug>/close/", views.close, name="close"),
]
