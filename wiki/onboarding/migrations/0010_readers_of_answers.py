"""An answer to a check-in remembers who was named as its readers when it was given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0009_looking_after")]
    operations = [
        migrations.AddField(
            model_name="completion",
            name="answer_readers",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
    ]
