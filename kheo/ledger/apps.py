from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kheo.ledger"
    label = "ledger"
