from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "kheo.results"
    label = "results"
