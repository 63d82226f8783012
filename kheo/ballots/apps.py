from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "kheo.ballots"
    label = "ballots"

    def ready(self) -> None:
        """Say which matters slips decide; have restore and `kheo log check` recount (where there is no Django, the command line does)."""
        from kheo.ballots import rules
        from kheo.ballots.recount import Recount
        from kheo.meetings import boxes
        from kheo.openlog import audits

        audits.register(Recount)
        boxes.register(rules.in_the_box)
