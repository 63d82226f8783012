import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checks", "0005_visits"),
        ("evidence", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="put_right_photo",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.photo"
            ),
        ),
    ]
