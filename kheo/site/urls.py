"""Every address of Khéo: the pages here, then the act forms of each room that has any."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from kheo.site import health
from kheo.site.pages import agreements, ballots, decisions, desk, home, initiatives, kits, law, meetings, mine, needs, place, rounds, search

ROOMS = (
    "openlog",
    "places",
    "people",
    "evidence",
    "needs",
    "meetings",
    "ballots",
    "agreements",
    "initiatives",
    "ledger",
    "results",
    "checks",
    "review",
    "grants",
    "board",
    "core",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("places/<slug:slug>/", place.place, name="place"),
    path("needs/", needs.needs, name="needs"),
    path("initiatives/", initiatives.initiatives, name="initiatives"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("agreements/<int:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<int:pk>/compare/", agreements.compare, name="agreement_compare"),
    path("ballots/", ballots.ballots, name="ballots"),
    path("ballots/<int:pk>/", ballots.ballot, name="ballot"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/how/", rounds.how, name="rounds_how"),
    path("rounds/<int:pk>/", rounds.round_page, name="round"),
    path("law/", law.lawbook, name="law"),
    path("kits/", kits.kits, name="kits"),
    path("kits/<slug:key>/", kits.kit, name="kit"),
    path("desk/", desk.desk, name="desk"),
    path("mine/", mine.mine, name="mine"),
    path("healthz", health.healthz, name="healthz"),
    path("search/", search.search, name="search"),
    path("language/", set_language, name="language"),
]
for _room in ROOMS:
    if find_spec(f"kheo.{_room}.urls"):
        urlpatterns.append(path("", include(f"kheo.{_room}.urls")))
# Last, so that a room's "needs/new/" is not taken for a need named "new".
urlpatterns += [
    path("needs/<slug:code>/", needs.need, name="need"),
    path("initiatives/<slug:slug>/", initiatives.initiative, name="initiative"),
]
handler400 = "kheo.core.errors.bad"
handler403 = "kheo.core.errors.refused"
handler404 = "kheo.core.errors.missing"
handler500 = "kheo.core.errors.faulty"
