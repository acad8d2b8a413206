"""Questions in closed threads wait for no answer: nobody can give one."""

from django.db import migrations


def let_closed_ones_wait_no_more(apps, schema_editor):
    """There are few: found along the index of the questions without an answer."""
    Post = apps.get_model("feed", "Post")
    waiting = Post.objects.filter(unanswered_since__isnull=False, closed_at__isnull=False)
    waiting.update(unanswered_since=None)


class Migration(migrations.Migration):
    dependencies = [("feed", "0006_kinds")]

    operations = [migrations.RunPython(let_closed_ones_wait_no_more, migrations.RunPython.noop)]
