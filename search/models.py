"""What search keeps in the database. What is found is not here: that is the index."""

from search.gaps.models import VainSearch
from search.saved.models import SavedSearch, SavedTerm, UndatedChange
from search.words.models import Pin, WordGroup

__all__ = ["Pin", "SavedSearch", "SavedTerm", "UndatedChange", "VainSearch", "WordGroup"]
