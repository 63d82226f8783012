"""Addresses of the room. allauth looks its own up by un-namespaced names; only what we need of it is mounted."""

from django.urls import include, path
from django.views.generic import RedirectView

from kheo.people import doors, views

room = [
    path("sign-in/", doors.sign_in, name="sign_in"),
    path("card/<str:token>/", doors.sign_in_card, name="sign_in_card"),
    path("h/<str:code>/", doors.household, name="household"),
    path("household/sign-out/", doors.leave_household, name="leave_household"),
    path("places/<slug:slug>/follow/", doors.follow, name="follow"),
    path("places/<slug:slug>/household-cards/", views.household_cards, name="household_cards"),
    path("places/<slug:slug>/household-cards/print/", views.print_cards, name="print_cards"),
    path("places/<slug:slug>/household-cards/lost/", views.replace_card, name="replace_card"),
    path("household-cards/<int:pk>/revoke/", views.revoke_unused, name="revoke_unused"),
    path("sign-in/link/<str:signed>/", doors.sign_in_link, name="sign_in_link"),
    path("demo/later/", doors.demo_later, name="demo_later"),
    path("demo/sign-in/<str:role>/", doors.demo_sign_in, name="demo_sign_in"),
    path("people/", views.mine, name="mine"),
    path("places/<slug:slug>/people/", views.people, name="people"),
    path("places/<slug:slug>/people/new/", views.add_person, name="add_person"),
    path("places/<slug:slug>/organisations/new/", views.add_organisation, name="add_organisation"),
    path("people/<slug:username>/role/<slug:slug>/", views.assign_role, name="assign_role"),
    path("people/<slug:username>/card/", views.card, name="card"),
    path("people/<slug:username>/close/", views.close_account, name="close_account"),
    path("people/roles/<int:pk>/end/", views.end_role, name="end_role"),
    path("people/cards/<int:pk>/revoke/", views.revoke_card, name="revoke_card"),
]

allauth = [
    path("account/code/", doors.request_code, name="account_request_login_code"),
    path("account/code/confirm/", doors.confirm_code, name="account_confirm_login_code"),
    path("sign-out/", doors.sign_out, name="account_logout"),
    path("account/login/", RedirectView.as_view(pattern_name="people:sign_in", query_string=True), name="account_login"),
    path("account/signup/", RedirectView.as_view(pattern_name="people:sign_in"), name="account_signup"),
    path("account/inactive/", RedirectView.as_view(pattern_name="people:sign_in"), name="account_inactive"),
]

urlpatterns = [path("", include((room, "people"))), *allauth]
