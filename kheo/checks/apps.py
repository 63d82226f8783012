from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "kheo.checks"
    label = "checks"

    def ready(self) -> None:
        from kheo.checks.corrections import Corrections
        from kheo.checks.recount import Recount
        from kheo.openlog import audits
        from kheo.results import corrected

        corrected.register(Corrections())
        audits.register(Recount)  # restore and `kheo log check` draw again, too; the command line registers where there is no Django
