"""Addresses of the acts of ballots. The page of a ballot is kheo.site's."""

from django.urls import path

from kheo.ballots import views

app_name = "ballots"
urlpatterns = [
    path("ballots/new/", views.call, name="call"),
    path("ballots/<int:pk>/print/", views.print_slips, name="print"),
    path("ballots/<int:pk>/open/", views.open_box, name="open"),
    path("ballots/<int:pk>/second/", views.second, name="second"),
    path("ballots/<int:pk>/join/<slug:code>/", views.join, name="join"),
    path("ballots/<int:pk>/enter/<int:seat>/", views.enter, name="enter"),
    path("ballots/<int:pk>/enter/<int:seat>/<int:slip>/take-back/", views.take_back, name="take-back"),
    path("ballots/<int:pk>/finish/<int:seat>/", views.finish, name="finish"),
    path("ballots/<int:pk>/decide/", views.decide, name="decide"),
    path("ballots/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("ballots/<int:pk>/take/", views.take, name="take"),
    path("ballots/<int:pk>/vote/", views.vote, name="vote"),
    path("ballots/<int:pk>/votes.csv", views.votes_csv, name="csv"),
    path("ballots/<int:pk>/votes.pb", views.votes_pb, name="pb"),
]
