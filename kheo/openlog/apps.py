from django.apps import AppConfig


class OpenlogConfig(AppConfig):
    name = "kheo.openlog"
    label = "openlog"

    def ready(self) -> None:
        from kheo.openlog import checks  # noqa: F401 – registers them
