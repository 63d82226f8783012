"""Addresses of the acts of meetings, and their papers. The page of a meeting is kheo.site's."""

from django.urls import path

from kheo.meetings.duties import views as duties
from kheo.meetings.views import calling, counting, paper, talks

app_name = "meetings"
urlpatterns = [
    path("meetings/new/", calling.call, name="call"),
    path("meetings/<int:pk>/count/", counting.count, name="count"),
    path("meetings/<int:pk>/officers/", counting.officers, name="officers"),
    path("meetings/<int:pk>/second-count/", counting.second, name="second"),
    path("meetings/<int:pk>/second-way/", calling.second_way, name="second-way"),
    path("meetings/<int:pk>/cancel/", calling.cancel, name="cancel"),
    path("matters/<int:pk>/tally/", counting.tally, name="tally"),
    path("matters/<int:pk>/opinion/", talks.opinion, name="opinion"),
    path("matters/<int:pk>/close-talk/", talks.close, name="close-talk"),
    path("opinions/<int:pk>/answer/", talks.answer, name="answer"),
    path("decisions/<int:pk>/words/", talks.word, name="word"),
    path("count/", counting.join, name="join"),
    path("count/<slug:code>/", counting.join, name="join"),
    path("count/<slug:code>/<int:pk>/", counting.tally_second, name="tally-second"),
    path("duties/<int:pk>/done/", duties.fulfil, name="duty"),
    path("meetings/<int:pk>/invitation.pdf", paper.invitation, name="invitation"),
    path("meetings/<int:pk>/attendance.pdf", paper.attendance, name="attendance"),
    path("meetings/<int:pk>/minutes.pdf", paper.minutes, name="minutes"),
    path("meetings/<int:pk>/slips.pdf", paper.slips, name="slips"),
    path("matters/<int:pk>/resolution.pdf", paper.resolution, name="resolution"),
]
