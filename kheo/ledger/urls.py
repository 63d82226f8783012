"""Addresses of the book."""

from django.urls import path

from kheo.ledger.views import bank, book, counts, entries, pledges, prices

app_name = "ledger"
urlpatterns = [
    path("initiatives/<slug:slug>/pledge/", pledges.pledge, name="pledge"),
    path("initiatives/<slug:slug>/noted/<slug:code>/", pledges.noted, name="noted"),
    path("pledges/", pledges.mine, name="mine"),
    path("pledges/<slug:code>/", pledges.stub, name="stub"),
    path("initiatives/<slug:slug>/receive/", entries.receive, name="receive"),
    path("initiatives/<slug:slug>/round/", entries.take_round, name="round"),
    path("initiatives/<slug:slug>/spend/", entries.spend, name="spend"),
    path("initiatives/<slug:slug>/plan/", book.plan, name="plan"),
    path("initiatives/<slug:slug>/book/", book.book, name="book"),
    path("initiatives/<slug:slug>/book/book.<str:kind>", book.file, name="file"),
    path("initiatives/<slug:slug>/book/<int:number>/reverse/", entries.reverse, name="reverse"),
    path("initiatives/<slug:slug>/book/<int:number>/hide/", entries.hide, name="hide"),
    path("initiatives/<slug:slug>/book/<int:number>/erase-giver/", entries.erase_giver, name="erase-giver"),
    path("initiatives/<slug:slug>/account/", bank.account, name="account"),
    path("initiatives/<slug:slug>/account/confirm/", bank.confirm, name="confirm-account"),
    path("initiatives/<slug:slug>/statement/", bank.statement, name="statement"),
    path("initiatives/<slug:slug>/statement/<int:pk>/book/", bank.book_line, name="book-line"),
    path("initiatives/<slug:slug>/statement/<int:pk>/leave/", bank.leave_line, name="leave-line"),
    path("initiatives/<slug:slug>/count/", counts.count, name="count"),
    path("places/<slug:slug>/prices/", prices.prices, name="prices"),
    path("places/<slug:slug>/prices/publish/", prices.publish, name="publish-prices"),
]
