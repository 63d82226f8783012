from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "kheo.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from kheo.catalogue import checks  # noqa: F401 – registers them
        from kheo.catalogue.shelf import indicators, kits
        from kheo.openlog import words

        words.name_values("indicator", lambda key: indicators()[key].name() if key in indicators() else "")
        words.name_values("kit", lambda key: kits()[key].name() if key in kits() else "")
