from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "kheo.checks"
    label = "checks"

    def ready(self) -> None:
        from kheo.checks.corrections import Corrections
        from kheo.results import corrected

        corrected.register(Corrections())
