from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "kheo.checks"
    label = "checks"
