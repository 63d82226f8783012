"""Addresses of this room's act forms."""

from django.urls import path

from kheo.checks import views

app_name = "checks"
urlpatterns = [
    path("results/<int:pk>/ask/", views.ask, name="ask"),
    path("results/<int:pk>/otherwise/", views.dispute, name="dispute"),
    path("otherwise/<int:pk>/", views.answer_dispute, name="answer-dispute"),
    path("checks/<int:pk>/", views.check, name="check"),
    path("checks/<int:pk>/decline/", views.decline, name="decline"),
    path("checks/<int:pk>/unreached/", views.unreached, name="unreached"),
]
