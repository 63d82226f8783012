from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "kheo.board"
    label = "board"
