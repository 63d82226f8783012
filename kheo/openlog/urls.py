"""Addresses of the public log, for machines (C2SP tlog-tiles) and for people."""

from django.urls import path

from kheo.openlog import views

app_name = "openlog"
urlpatterns = [
    path("log/", views.index, name="log"),
    path("log/checkpoint", views.checkpoint, name="checkpoint"),
    path("log/vkey", views.vkey, name="vkey"),
    path("log/witnessed", views.witnessed, name="witnessed"),
    path("log/policy", views.policy, name="policy"),
    path("log/tile/<path:rest>", views.tile, name="tile"),
    path("log/facts/<int:number>.json", views.facts, name="facts"),
    path("log/facts/bundle/<path:rest>", views.facts_bundle, name="facts_bundle"),
    path("log/<int:number>/", views.receipt, name="receipt"),
    path("log/<int:number>.json", views.receipt_json, name="receipt_json"),
    path("log/<int:number>.pdf", views.receipt_pdf, name="receipt_pdf"),
    path("log/<int:number>.tlog-proof", views.tlog_proof, name="tlog_proof"),
]
