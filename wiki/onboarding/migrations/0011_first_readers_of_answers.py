"""Answers from before are read by those who are named now."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def remember(apps, schema_editor):
    steps = apps.get_model("onboarding", "Step").objects.filter(pk=OuterRef("step_id"))
    answered = apps.get_model("onboarding", "Completion").objects.exclude(answer="")
    answered.update(answer_readers=Subquery(steps.values("readers")[:1]))


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0010_readers_of_answers")]
    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
