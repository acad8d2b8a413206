"""simplemma's dictionaries, each read when the first word asks for it. Only who indexes or searches imports this."""

import threading
from collections.abc import Mapping

from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import StreamDictionaryFactory


class _ReadOnce(StreamDictionaryFactory):
    """The frugal reader, taking turns: two threads that ask at once would each read a dictionary for a second or two."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = threading.Lock()

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        """Return the dictionary of a language."""
        with self._turn:
            found: Mapping[str, str] = super().get_dictionary(lang)
        return found


def make_strategy() -> DefaultStrategy:
    """Return a reader of words: 65 MB for three languages instead of 470 MB; what its callers keep makes up for its speed."""
    return DefaultStrategy(dictionary_factory=_ReadOnce())
