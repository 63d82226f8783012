from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kheo.core"
    label = "core"

    def ready(self) -> None:
        from kheo.core import checks  # noqa: F401 – registers them
