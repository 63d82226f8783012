"""Addresses of this room's act forms."""

from django.urls import path

from kheo.checks.views import asked, books, disputes, flags, mending, visits

app_name = "checks"
urlpatterns = [
    path("results/<int:pk>/ask/", asked.ask, name="ask"),
    path("results/<int:pk>/otherwise/", disputes.dispute, name="dispute"),
    path("otherwise/<int:pk>/", disputes.answer_dispute, name="answer-dispute"),
    path("look/<int:pk>/", flags.decide_flag, name="decide-flag"),
    path("checks/<int:pk>/", asked.check, name="check"),
    path("checks/<int:pk>/decline/", asked.decline, name="decline"),
    path("checks/<int:pk>/unreached/", asked.unreached, name="unreached"),
    path("rounds/new/", books.freeze, name="freeze-book"),
    path("rounds/<int:pk>/draw/", books.draw, name="draw"),
    path("rounds/<int:pk>/fix/", books.fix, name="fix-checkpoint"),
    path("rounds/<int:pk>/roll/", books.roll, name="roll"),
    path("rounds/<int:pk>/outside-draw/", books.beacon, name="beacon"),
    path("rounds/<int:pk>/close/", books.close, name="close-book"),
    path("rounds/<int:pk>/give-up/", books.abandon, name="abandon-book"),
    path("rounds/<int:pk>/protocol.pdf", books.protocol, name="protocol"),
    path("rounds/<int:pk>/book.txt", books.book_file, name="book-file"),
    path("rounds/<int:pk>/checks.txt", books.checks_file, name="checks-file"),
    path("visits/<slug:code>/", visits.visit, name="visit"),
    path("visits/<slug:code>/yes/", visits.accept, name="accept-visit"),
    path("visits/<slug:code>/no/", visits.decline, name="decline-visit"),
    path("visits/<slug:code>/not-there/", visits.unreached, name="unreached-visit"),
    path("places/<slug:slug>/count/", visits.join, name="join-pool"),
    path("places/<slug:slug>/silence/", visits.swear, name="swear-in"),
    path("counting/<int:pk>/leave/", visits.leave, name="leave-pool"),
    path("units/<int:pk>/reread/", visits.reread, name="reread"),
    path("rounds/<int:pk>/<int:ticket>/put-right/", mending.put_right, name="put-right"),
]
