from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kheo.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Pages say the book's units by their names."""
        from kheo.core import numbers
        from kheo.ledger import units

        for key, unit in units.all_units().items():
            numbers.name_unit(key, unit.label)
