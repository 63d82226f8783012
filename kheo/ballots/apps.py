from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "kheo.ballots"
    label = "ballots"
