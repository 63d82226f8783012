from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "kheo.catalogue"
    label = "catalogue"
