from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feed", "0007_closed_questions")]

    operations = [migrations.AddField(model_name="postdraft", name="details", field=models.JSONField(null=True))]
