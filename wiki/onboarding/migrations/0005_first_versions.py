"""Every path gets version 1 with its steps as they stand; everybody on it is on that version."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.db import models

PROOFS = {"read": "page", "post": "act"}


def number_paths(apps, schema_editor):
    Path, Step, PathVersion, VersionStep, Enrolment = (
        apps.get_model("onboarding", name) for name in ("Path", "Step", "PathVersion", "VersionStep", "Enrolment")
    )
    PathVersion.objects.bulk_create(
        [
            PathVersion(path_id=pk, number=1, created_at=at, created_by_id=owner)
            for pk, at, owner in Path.objects.filter(versions__isnull=True).values_list("pk", "created_at", "owner_id")
        ],
        batch_size=500,
    )
    first = PathVersion.objects.filter(path_id=OuterRef("pk"), number=1).values("pk")[:1]
    Path.objects.filter(present__isnull=True).update(present=Subquery(first))
    of_path = dict(PathVersion.objects.filter(number=1).values_list("path_id", "pk"))
    lines, places = [], {}
    for step in Step.objects.filter(lines__isnull=True, only_for__isnull=True).order_by("path_id", "position", "pk"):
        places[step.path_id] = places.get(step.path_id, 0) + 1
        lines.append(
            VersionStep(
                version_id=of_path[step.path_id], step_id=step.pk, position=places[step.path_id],
                due_days=step.due_days, waits_for=[],
            )
        )
    VersionStep.objects.bulk_create(lines, batch_size=500)
    for kind, proof in PROOFS.items():
        Step.objects.filter(kind=kind).update(proof=proof)
    text = models.CharField(max_length=40)
    Step.objects.filter(key="", kind="read", page__isnull=False).update(
        key=Concat(Value("page:"), Cast(F("page_id"), text))
    )
    Step.objects.filter(key="").update(key=Concat(Value("step:"), Cast(F("pk"), text)))
    present = Path.objects.filter(pk=OuterRef("path_id")).values("present_id")[:1]
    Enrolment.objects.filter(version__isnull=True).update(version=Subquery(present))


class Migration(migrations.Migration):

    dependencies = [("onboarding", "0004_versions_and_people")]

    operations = [migrations.RunPython(number_paths, migrations.RunPython.noop)]
