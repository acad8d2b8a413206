"""Live hints: "something changed in community 7", never what. The browser then fetches what its reader may see."""

from intranet.activity.live.hints import announce_activity
from intranet.activity.live.stream import live_app

__all__ = ["announce_activity", "live_app"]
