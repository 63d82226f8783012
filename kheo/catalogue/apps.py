from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "kheo.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from kheo.catalogue import checks  # noqa: F401 – registers them
