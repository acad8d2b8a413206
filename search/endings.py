"""Finnish endings taken off a word that no dictionary knows: `Virtasen` may be Virtanen, `Helsingille` Helsinki. Pure.

Names are kept in the index as they are written, never as stems; what is reduced is the word somebody types. It gives
more answers than one, some of them no words at all: they are compared with whole words of the index, and what nobody is
called finds nobody.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

SHORTEST = 3  # of what remains
MOST = 40
_CLITICS = ("kaan", "kään", "kin", "ko", "kö")
_POSSESSIVES = ("nsa", "nsä", "mme", "nne", "ni", "si")
_CASES = (
    "n", "t", "a", "ä", "ta", "tä", "tta", "ttä", "ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "ksi",
    "kse", "na", "nä", "seen",
)  # fmt: skip
_PLURALS = (
    "ien", "jen", "iden", "itten", "ten", "ia", "iä", "ja", "jä", "ita", "itä", "issa", "issä", "ista", "istä", "illa",
    "illä", "ilta", "iltä", "ille", "iksi", "ina", "inä", "iin", "ihin", "isiin", "oihin", "öihin",
)  # fmt: skip
# Into it: the vowel before is doubled, `Helsinkiin`, or stands behind an h, `työhön`.
_INTO = re.compile(r"(.*([aeiouyäöå]))(?:h?\2)n")
_LAST = re.compile(r"(.*?)([^aeiouyäöå]*)([aeiouyäöå]+)")
# What the last consonants of a stem are in other forms of the same word (consonant gradation).
_STRONGER = {
    "ng": ("nk",), "mm": ("mp",), "nn": ("nt",), "ll": ("lt",), "rr": ("rt",), "lj": ("lk",), "rj": ("rk",),
    "hj": ("hk",), "k": ("kk",), "p": ("pp",), "t": ("tt",), "d": ("t",), "v": ("p", "k"), "r": ("rk",), "l": ("lk",),
    "h": ("hk",),
}  # fmt: skip
_WEAKER = {
    "tt": "t", "kk": "k", "pp": "p", "mp": "mm", "nk": "ng", "nt": "nn", "lt": "ll", "rt": "rr", "t": "d", "p": "v",
    "k": "",
}  # fmt: skip
# Ends of stems and the ends of words they may come from; the longest that fits, then the shorter ones.
_ENDS = (
    ("uude", "uus"), ("yyde", "yys"), ("uute", "uus"), ("yyte", "yys"), ("uut", "uus"), ("yyt", "yys"),
    ("kse", "s"), ("ime", "in"), ("de", "si"), ("te", "si"), ("se", "nen"), ("s", "nen"), ("e", "i"), ("e", ""),
    ("i", ""),
)  # fmt: skip
_LONG = (("aa", "as"), ("ää", "äs"), ("ee", "e"), ("ii", "is"))
_VOWELS = frozenset("aeiouyäöå")


@lru_cache(maxsize=4_000)
def bases(word: str) -> tuple[str, ...]:
    """Return what `word`, in lower case, may be a form of, the likeliest first; never the word itself, at most forty."""
    cut = re.split(r"[:'’]", word, maxsplit=1)[0]
    found: dict[str, None] = {}
    if cut != word:
        found[cut] = None
    for stem, is_plural in _stems(cut):
        found |= dict.fromkeys(base for base in _words_of(stem, is_plural=is_plural) if len(base) >= SHORTEST)
    # Swedish, and English without its apostrophe: "Ainos".
    if cut.endswith("s") and len(cut) > SHORTEST:
        found[cut[:-1]] = None
    found.pop(word, None)
    return tuple(found)[:MOST]


def _stems(word: str) -> Iterator[tuple[str, bool]]:
    """Yield what is left without clitic, possessive and case, and whether the ending was one of the plural."""
    for whole in (word, *_without(word, _CLITICS)):
        for form in (whole, *_without(whole, _POSSESSIVES)):
            for stem in _without(form, _CASES):
                yield stem, False
            if into := _INTO.fullmatch(form):
                yield into[1], False
            for stem in _without(form, _PLURALS):
                yield stem, True
            if form != word:
                yield form, False  # "ohjeemme": the case is gone; "Ainoko": there was none


def _without(word: str, endings: tuple[str, ...]) -> Iterator[str]:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST - 1:
            yield word[: -len(ending)]


def _words_of(stem: str, *, is_plural: bool) -> Iterator[str]:
    """Yield the words a stem may belong to."""
    yield stem
    for end, whole in _LONG:
        if stem.endswith(end):
            short = stem[: -len(end)] + whole[:1]
            yield from (form + whole[1:] for form in (short, *_graded(short, weaker=True)))
    for form in (stem, *_graded(stem)):
        if form != stem:
            yield form
        for end, whole in _ENDS:
            if form.endswith(end):
                yield form[: -len(end)] + whole
    if not is_plural:
        return
    if stem[-1] not in _VOWELS:
        yield from (stem + vowel for vowel in "aäi")
    elif stem[-1] in "oö":
        other = stem[:-1] + ("a" if stem[-1] == "o" else "ä")
        yield from (other, *_graded(other))


def _graded(stem: str, *, weaker: bool = False) -> Iterator[str]:
    """Yield the stem with its last consonants as they are in other forms: `helsingi`, `helsinki`."""
    parts = _LAST.fullmatch(stem)
    if not parts or not parts[1] + parts[2]:
        return
    head, consonants, vowels = parts.groups()
    if not weaker and len(vowels) == 2:
        yield f"{head}{consonants}{vowels[0]}k{vowels[1]}"  # "joe", "joki"
    for size in (2, 1):
        last = consonants[-size:]
        if len(last) < size:
            continue
        others = (_WEAKER[last],) if weaker and last in _WEAKER else () if weaker else _STRONGER.get(last, ())
        for other in others:
            yield f"{head}{consonants[:-size]}{other}{vowels}"
