"""Addresses of the book."""

from django.urls import path

from kheo.ledger import bank_views, count_views, price_views, reading, views

app_name = "ledger"
urlpatterns = [
    path("initiatives/<slug:slug>/pledge/", views.pledge, name="pledge"),
    path("initiatives/<slug:slug>/noted/<slug:code>/", views.noted, name="noted"),
    path("pledges/", views.mine, name="mine"),
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
    path("initiatives/<slug:slug>/account/", bank_views.account, name="account"),
    path("initiatives/<slug:slug>/account/confirm/", bank_views.confirm, name="confirm-account"),
    path("initiatives/<slug:slug>/statement/", bank_views.statement, name="statement"),
    path("initiatives/<slug:slug>/statement/<int:pk>/book/", bank_views.book_line, name="book-line"),
    path("initiatives/<slug:slug>/statement/<int:pk>/leave/", bank_views.leave_line, name="leave-line"),
    path("initiatives/<slug:slug>/count/", count_views.count, name="count"),
    path("places/<slug:slug>/prices/", price_views.prices, name="prices"),
    path("places/<slug:slug>/prices/publish/", price_views.publish, name="publish-prices"),
]
