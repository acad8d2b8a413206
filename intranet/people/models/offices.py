"""Where people work: an office says whose public holidays they have."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from intranet.people.models.people import is_current


class OfficeQuerySet(models.QuerySet["Office"]):
    """Offices."""

    def visible_to(self, user: Any) -> OfficeQuerySet:
        """Return all offices for employees, none for guests."""
        return self.none() if not is_current(user) or user.is_guest else self

    def with_people(self) -> Any:
        """Add `people_count`: how many work there whose account is open."""
        return self.annotate(people_count=Count("people", filter=Q(people__is_active=True)))


class Office(models.Model):
    """A place of work, kept by administrators."""

    name = models.CharField(_("name"), max_length=100)
    # ISO 3166 codes, as the package `holidays` knows them; the part of the country only where it has holidays of its own.
    country = models.CharField(_("country"), max_length=2)
    subdivision = models.CharField(_("part of the country"), max_length=20, blank=True, default="")
    # What people begin with who are added with this office; theirs to change.
    time_zone = models.CharField(_("time zone"), max_length=60)

    objects: ClassVar[Any] = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="office_name_any_case")]

    def __str__(self) -> str:
        return self.name
