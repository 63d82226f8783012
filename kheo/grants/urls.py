"""Addresses of grants."""

from django.urls import path

from kheo.grants import views

app_name = "grants"
urlpatterns = [
    path("initiatives/<slug:slug>/grants/offer/", views.offer, name="offer"),
    path("grants/<int:pk>/", views.show, name="grant"),
    path("grants/<int:pk>/accept/", views.accept, name="accept"),
    path("grants/<int:pk>/decline/", views.decline, name="decline"),
    path("grants/<int:pk>/report/", views.report, name="report"),
    path("grants/<int:pk>/close/", views.close, name="close"),
    path("grants/<int:pk>/instalments/<int:number>/send/", views.send, name="send"),
    path("grants/<int:pk>/instalments/<int:number>/receive/", views.receive, name="receive"),
]
