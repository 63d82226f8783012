from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "kheo.needs"
    label = "needs"
