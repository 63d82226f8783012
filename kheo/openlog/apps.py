from django.apps import AppConfig


class OpenlogConfig(AppConfig):
    name = "kheo.openlog"
    label = "openlog"
