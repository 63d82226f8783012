from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "kheo.evidence"
    label = "evidence"
