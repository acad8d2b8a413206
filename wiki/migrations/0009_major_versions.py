"""The newest version that is no minor change, of pages that are there already."""

from django.db import migrations
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count(apps, schema_editor):
    pages = apps.get_model("wiki", "WikiPage").objects
    notes = apps.get_model("wiki", "VersionNote").objects.filter(page=OuterRef("pk"), is_minor=False)
    newest = notes.order_by().values("page").annotate(newest=Max("number")).values("newest")
    pages.update(major_version=Coalesce(Subquery(newest), F("version")))


class Migration(migrations.Migration):

    dependencies = [("wiki", "0008_small_gaps")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
