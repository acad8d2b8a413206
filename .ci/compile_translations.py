"""Compile locale/*/LC_MESSAGES/*.po without starting Django, so that a second `make run` loses no time."""

from pathlib import Path

import polib

for source in sorted((Path(__file__).resolve().parent.parent / "locale").rglob("*.po")):
    # Written whole under another name first: a server may be reading the old one.
    fresh = source.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(fresh))
    fresh.replace(source.with_suffix(".mo"))
