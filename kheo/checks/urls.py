"""Addresses of this room's act forms."""

from django.urls import path

from kheo.checks.views import asked, disputes

app_name = "checks"
urlpatterns = [
    path("results/<int:pk>/ask/", asked.ask, name="ask"),
    path("results/<int:pk>/otherwise/", disputes.dispute, name="dispute"),
    path("otherwise/<int:pk>/", disputes.answer_dispute, name="answer-dispute"),
    path("checks/<int:pk>/", asked.check, name="check"),
    path("checks/<int:pk>/decline/", asked.decline, name="decline"),
    path("checks/<int:pk>/unreached/", asked.unreached, name="unreached"),
]
