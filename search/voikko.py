"""A minimal door to libvoikko, the Finnish morphology, where the machine has it.

The library is licensed under the GPL and installed separately (`apt install libvoikko1 voikko-fi`); Loikka loads it at
run time when it is there and works without it (`search.finnish`).
"""

import ctypes
import ctypes.util
import functools
import threading
from typing import Any

_NAMES = (
    "libvoikko.so.1",
    "libvoikko.1.dylib",
    "/opt/homebrew/lib/libvoikko.1.dylib",
    "libvoikko-1.dll",
)
_KEYS = (b"BASEFORM", b"STRUCTURE", b"WORDBASES", b"PARTICIPLE", b"CLASS")


class Voikko:
    """One open dictionary. The handle of libvoikko is not safe for several threads at once, so they take turns.

    Its functions keep Python's lock (`PyDLL`). They take some microseconds, thirty of them a word, and whoever gives the
    lock away for that waits up to 5 ms to have it back: beside two busy threads a word took 3.8 ms instead of 0.4.
    """

    def __init__(self, library: Any, handle: int) -> None:
        self._library, self._handle, self._lock = library, handle, threading.Lock()

    def analyse(self, word: str) -> list[dict[str, str]]:
        """Return the readings of `word`, each with BASEFORM, STRUCTURE and what else libvoikko knows; [] if unknown."""
        if "\0" in word:
            return []
        library = self._library
        with self._lock:
            found = library.voikkoAnalyzeWordUcs4(self._handle, word)
        if not found:
            return []
        try:
            return [self._reading(reading) for reading in _until_null(found)]
        finally:
            library.voikko_free_mor_analysis(found)

    def _reading(self, reading: int) -> dict[str, str]:
        library, values = self._library, {}
        for key in _KEYS:
            pointer = library.voikko_mor_analysis_value_cstr(reading, key)
            if pointer:
                values[key.decode()] = (ctypes.string_at(pointer)).decode("utf-8", "replace")
                library.voikko_free_mor_analysis_value_cstr(pointer)
        return values


def _until_null(pointers: Any) -> list[int]:
    found: list[int] = []
    while pointer := pointers[len(found)]:
        found.append(pointer)
    return found


def _declare(library: Any) -> None:
    library.voikkoInit.restype = ctypes.c_void_p
    library.voikkoInit.argtypes = [
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_char_p,
        ctypes.c_char_p,
    ]
    library.voikkoAnalyzeWordUcs4.restype = ctypes.POINTER(ctypes.c_void_p)
    library.voikkoAnalyzeWordUcs4.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p]
    library.voikko_mor_analysis_value_cstr.restype = ctypes.c_void_p
    library.voikko_mor_analysis_value_cstr.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.voikko_free_mor_analysis_value_cstr.restype = None
    library.voikko_free_mor_analysis_value_cstr.argtypes = [ctypes.c_void_p]
    library.voikko_free_mor_analysis.restype = None
    library.voikko_free_mor_analysis.argtypes = [ctypes.POINTER(ctypes.c_void_p)]


@functools.cache
def load_voikko() -> Voikko | None:
    """Return the Finnish dictionary of this machine, or None where library or dictionary is missing."""
    for name in (*_NAMES, ctypes.util.find_library("voikko") or ""):
        if not name:
            continue
        try:
            library = ctypes.PyDLL(name)
            _declare(library)
        except (OSError, AttributeError):
            continue
        error = ctypes.c_char_p()
        handle = library.voikkoInit(ctypes.byref(error), b"fi", None)
        return Voikko(library, handle) if handle and not error.value else None
    return None
