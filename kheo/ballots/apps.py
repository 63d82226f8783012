from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "kheo.ballots"
    label = "ballots"

    def ready(self) -> None:
        """Have restore and `kheo log check` recount, too (the command line registers for those that run without Django)."""
        from kheo.ballots.recount import Recount
        from kheo.openlog import audits

        audits.register(Recount)
