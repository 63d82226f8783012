from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("results", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="result",
            name="after_draw",
            field=models.BooleanField(default=False),
        ),
    ]
