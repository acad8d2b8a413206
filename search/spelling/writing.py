"""How the house writes a word: names with a capital, abbreviations in capitals, everything else small. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.analysis import query_terms, surface, words

# So much of a text is looked through, for so many forms of the word.
_LOOKED_THROUGH, _MOST_FORMS = 20_000, 20
# Forms of a word begin alike; the third letter may change (`katu`, `kadun`).
_BEGINNING = 3
_BEFORE_A_SENTENCE = " \t\"'”’»([*#–—•-"
_ENDS = (".", "!", "?", ":", "\n", "…")


@dataclass(frozen=True, slots=True)
class Text:
    """What a found thing is called and says. `is_name`: of people, communities and tags every letter is as it should be."""

    title: str
    body: str = ""
    is_name: bool = False


def written(word: str, texts: Iterable[Text]) -> str:
    """Return a word, given in small letters, as these texts write it; where they do not agree as most of them do."""
    given = list(texts)
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    for text in given:
        if text.is_name and (found := whole.search(text.title)):
            return found.group()
    forms = Counter(form for text in given for form in _forms(word, text))
    return forms.most_common(1)[0][0] if forms else word


def _forms(word: str, text: Text) -> Iterator[str]:
    """Yield how a text writes the word, inflected or not, where that says something: not at the beginning of a sentence."""
    title = text.title if text.is_name or _is_a_sentence(text.title) else ""
    for given in (title, text.body[:_LOOKED_THROUGH]):
        looks_like = re.compile(rf"(?<!\w){re.escape(word[:_BEGINNING])}\w*(?:[-'’]\w+)*", re.IGNORECASE)
        for found, _ in zip(looks_like.finditer(given), range(_MOST_FORMS), strict=False):
            form = found.group()
            is_plain = form[1:] == form[1:].lower()
            if is_plain and form[0].isupper() and _begins_a_sentence(given, found.start()):
                continue
            if surface(form) == word:
                yield form
            elif (word, 1.0) in query_terms(form):
                yield word[0].upper() + word[1:] if form[0].isupper() and is_plain else word


def _is_a_sentence(title: str) -> bool:
    """Is this no Title in Which Every Word Has a Capital?"""
    return any(word.islower() for word in words(title) if len(word) > _BEGINNING + 1)


def _begins_a_sentence(text: str, place: int) -> bool:
    before = text[max(0, place - 20) : place].rstrip(_BEFORE_A_SENTENCE)
    return not before or before.endswith(_ENDS)
