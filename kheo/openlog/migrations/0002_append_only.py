"""Append-only triggers on both engines, and the sequencer's one row."""

from django.db import migrations

from kheo.openlog import triggers


def forward(apps, schema_editor):
    triggers.install(schema_editor.connection)
    apps.get_model("openlog", "Sequencer").objects.get_or_create(pk=1)


def back(apps, schema_editor):
    triggers.lift(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("openlog", "0001_initial")]
    operations = [migrations.RunPython(forward, back)]
