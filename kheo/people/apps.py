from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kheo.people"
    label = "people"

    def ready(self) -> None:
        """No fewer households than there are cards in their hands."""
        from kheo.people.rules import may_lower_households
        from kheo.places import lowering

        lowering.register(may_lower_households)
