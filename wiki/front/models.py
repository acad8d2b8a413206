"""How often pages are read: numbers without anybody behind them."""

from __future__ import annotations

from django.db import models


class PageReads(models.Model):
    """How often a page was read on a day. Who read it is kept nowhere."""

    page = models.ForeignKey("wiki.WikiPage", on_delete=models.CASCADE, related_name="reads")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "day"], name="page_reads_once_a_day")]
        indexes = [models.Index("day", "page", "count", name="reads_by_day")]

    def __str__(self) -> str:
        return f"{self.page_id} on {self.day}: {self.count}"
