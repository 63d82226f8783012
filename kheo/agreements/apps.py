from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "kheo.agreements"
    label = "agreements"
