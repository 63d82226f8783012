"""Addresses of the acts of meetings. The page of a meeting is kheo.site's."""

from django.urls import path

from kheo.meetings import views

app_name = "meetings"
urlpatterns = [
    path("meetings/new/", views.call, name="call"),
    path("meetings/<int:pk>/count/", views.count, name="count"),
    path("matters/<int:pk>/decide/", views.decide, name="decide"),
    path("meetings/<int:pk>/cancel/", views.cancel, name="cancel"),
]
