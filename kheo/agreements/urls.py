"""Addresses of agreements."""

from django.urls import path

from kheo.agreements import views

app_name = "agreements"
urlpatterns = [
    path("agreements/new/", views.draft, name="draft"),
    path("agreements/<int:pk>/renew/", views.renew, name="renew"),
    path("agreements/versions/<int:pk>/edit/", views.edit, name="edit"),
    path("agreements/versions/<int:pk>/post/", views.post, name="post"),
    path("agreements/versions/<int:pk>/adopt/", views.adopt, name="adopt"),
    path("agreements/versions/<int:pk>/recognise/", views.recognise, name="recognise"),
    path("agreements/versions/<int:pk>/end/", views.end, name="end"),
    path("agreements/versions/<int:pk>/poster.pdf", views.poster, name="poster"),
    path("agreements/clauses/<int:pk>/comment/", views.comment, name="comment"),
    path("agreements/comments/<int:pk>/release/", views.release, name="release"),
    path("agreements/comments/<int:pk>/answer/", views.answer, name="answer"),
]
