"""Addresses of the book."""

from django.urls import path

from kheo.ledger import reading, views

app_name = "ledger"
urlpatterns = [
    path("initiatives/<slug:slug>/pledge/", views.pledge, name="pledge"),
    path("pledges/<slug:code>/", views.stub, name="stub"),
    path("initiatives/<slug:slug>/receive/", views.receive, name="receive"),
    path("initiatives/<slug:slug>/round/", views.take_round, name="round"),
    path("initiatives/<slug:slug>/spend/", views.spend, name="spend"),
    path("initiatives/<slug:slug>/plan/", reading.plan, name="plan"),
    path("initiatives/<slug:slug>/book/", reading.book, name="book"),
    path("initiatives/<slug:slug>/book/book.<str:kind>", reading.file, name="file"),
    path("initiatives/<slug:slug>/book/<int:number>/reverse/", views.reverse, name="reverse"),
    path("initiatives/<slug:slug>/book/<int:number>/hide/", views.hide, name="hide"),
    path("initiatives/<slug:slug>/book/<int:number>/erase-giver/", views.erase_giver, name="erase-giver"),
]
