"""Sentences of the demo company's own pages: real Finnish, Swedish and English to fill a synthetic one with."""

import random
import re
from functools import lru_cache
from pathlib import Path

CONTENT = Path(__file__).parent / "content"


@lru_cache(maxsize=1)
def sentences() -> tuple[str, ...]:
    """Return some thousand plain sentences, in a fixed order."""
    found: dict[str, None] = {}
    for file in sorted((CONTENT / "pages").rglob("*.md")):
        text = re.sub(r"\A---.*?---", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(
            r"```.*?```|!(?:NOTE|TIP|WARNING|IMPORTANT|CAUTION)|\[!\w+\]|\[\^[^\]]*\]:?|\[\[|\]\]|[*_`#>|@\[\]()]",
            " ",
            text,
            flags=re.DOTALL,
        )
        for sentence in re.split(r"(?<=[.?])\s+|\n\s*\n|\n[-\d]", text):
            words = " ".join(sentence.split())
            if 30 <= len(words) <= 300 and words[-1] in ".?":
                found[words] = None
    return tuple(found)


def passage(chance: random.Random, words: int) -> str:
    """Return about `words` words of running text; now and then with a code that stands nowhere else."""
    pool = sentences()
    out: list[str] = []
    length = 0
    while length < words:
        # Squared: some sentences are everywhere and most are rare, as words are in a real house.
        sentence = pool[int(chance.random() ** 2 * len(pool))]
        out.append(sentence)
        length += sentence.count(" ") + 1
    if chance.random() < 0.3:
        out.append(f"HV-{chance.randrange(10**6):06d}.")
    return " ".join(out)
