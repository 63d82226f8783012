"""Zero sum per unit and append-only, kept by the database on both engines."""

from django.db import migrations

from kheo.ledger import triggers


def forward(apps, schema_editor):
    triggers.install(schema_editor.connection)


def back(apps, schema_editor):
    triggers.lift(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(forward, back)]
