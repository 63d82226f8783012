from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kheo.people"
    label = "people"
