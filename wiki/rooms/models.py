"""What is stored of a page that several people write in at the same time."""

from __future__ import annotations

from django.db import models


class Room(models.Model):
    """The shared text of one page while people write in it together; nothing of it is a version yet.

    `state` is the document (a Yjs update) as of `base_revision_id`, whose text is `base_text`; what was typed since
    stands in `updates`. `key` is another one whenever the room begins anew from the saved page: documents of two keys
    have no history in common and never meet as documents, only as texts.
    """

    page = models.OneToOneField("wiki.WikiPage", on_delete=models.CASCADE, related_name="room")
    key = models.CharField(max_length=32)
    base_revision_id = models.BigIntegerField(null=True)
    base_text = models.TextField(blank=True)
    state = models.BinaryField()
    seq = models.PositiveBigIntegerField(default=0)  # number of the last update
    size = models.PositiveBigIntegerField(default=0)  # bytes of state and updates together
    writers = models.JSONField(default=list)  # [user id, ...] who changed the text since the last version
    # {process: seconds since 1970}: until when its people count as here. A room nobody is in begins anew.
    open_until = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"room of {self.page_id}"


class RoomUpdate(models.Model):
    """A piece of what was typed, numbered in its room without a gap; may hold many keystrokes of several people."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="updates")
    seq = models.PositiveBigIntegerField()
    update = models.BinaryField()

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="room_update_once")]

    def __str__(self) -> str:
        return f"{self.room_id}:{self.seq}"
