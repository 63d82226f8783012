from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "kheo.grants"
    label = "grants"
