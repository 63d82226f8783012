"""An index of the entries that take another back: SQLite would read every entry to find the few (an index only, so no trigger is lost)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_units_transfers_counts_prices")]
    operations = [
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(condition=models.Q(reverses__isnull=False), fields=["reverses"], name="ledger_posting_taken_back"),
        )
    ]
