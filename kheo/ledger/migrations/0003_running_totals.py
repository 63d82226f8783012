"""Running totals of every book, filled from the legs; a plan's lines, which a spending may name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kheo.ledger import triggers


def lift(apps, schema_editor):
    triggers.lift(schema_editor.connection)


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_balance (initiative_id, unit, account, total) "
            "SELECT initiative_id, unit, account, SUM(amount) FROM ledger_leg GROUP BY initiative_id, unit, account"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_initial"),
        ("initiatives", "0001_initial"),
        ("ledger", "0002_zero_sum"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift, install),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("what", models.CharField(max_length=160)),
                ("unit", models.CharField(max_length=24)),
                ("amount", models.PositiveBigIntegerField()),
                ("spent", models.BigIntegerField(default=0)),
                (
                    "initiative",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="plan_lines", to="initiatives.initiative"),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [models.UniqueConstraint(fields=("initiative", "position"), name="ledger_plan_line_once")],
            },
        ),
        migrations.AddField(
            model_name="posting",
            name="plan_line",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="ledger.planline"
            ),
        ),
        migrations.AddIndex(model_name="posting", index=models.Index(fields=["initiative", "at"], name="ledger_post_initiat_2671dc_idx")),
        migrations.AddIndex(
            model_name="pledge", index=models.Index(fields=["initiative", "state", "unit"], name="ledger_pled_initiat_37929c_idx")
        ),
        migrations.RunPython(install, lift),
        migrations.CreateModel(
            name="Balance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(max_length=24)),
                ("account", models.CharField(max_length=24)),
                ("total", models.BigIntegerField(default=0)),
                (
                    "initiative",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="balances", to="initiatives.initiative"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("initiative", "unit", "account"), name="ledger_balance_once"),
                    models.CheckConstraint(
                        condition=~models.Q(account__in=("hand", "spent")) | models.Q(total__gte=0), name="ledger_never_below_zero"
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
