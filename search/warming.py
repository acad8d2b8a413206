"""What is loaded before somebody waits for it: by a web process for its first question, by a worker for its first document."""

from django.urls import reverse

from search import analysis, spelling
from search.switcher import reading


def warm_up_web() -> None:
    """Load what questions need, one after the other: side by side they would leave a question a quarter of the time."""
    analysis.warm_up()
    reading.warm_up()
    spelling.warm_up()


def warm_up_worker() -> None:
    """Load what documents need: the dictionaries, and the addresses, which nothing else in a worker has asked for."""
    reverse("search:search")
    analysis.warm_up()
