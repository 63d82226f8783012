from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "kheo.agreements"
    label = "agreements"

    def ready(self) -> None:
        """Say what is posted in an area, and from when a meeting may decide on it: meetings know nothing of agreements."""
        from kheo.agreements.models import posted_in
        from kheo.meetings import posted

        posted.register(posted_in)
