"""Finnish and Swedish are whole: what the source says today is there, translated, with the same placeholders."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.house.source import APPS, ROOT, tracked

LANGUAGES = ("fi", "sv")
PLACEHOLDERS = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?\w+>")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, polib.POFile]:
    """What makemessages finds now, in a copy of the source, merged with what is translated."""
    if shutil.which("xgettext") is None:
        pytest.skip("no gettext")
    folder = tmp_path_factory.mktemp("source")
    for path in tracked():
        name = path.relative_to(ROOT)
        if name.parts[0] in {*APPS, "templates", "locale", "manage.py"}:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / name)
    for language in LANGUAGES:
        (folder / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    wanted = [word for language in LANGUAGES for word in ("-l", language)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "makemessages", *wanted, "--no-obsolete", "--no-wrap"],
        cwd=folder, env={**os.environ, "DATA_DIR": str(folder / "data")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        language: polib.pofile(str(folder / "locale" / language / "LC_MESSAGES" / "django.po"))
        for language in LANGUAGES
    }


def texts(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Return (original, translation) for the entry and its plural forms."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid_plural, text) for text in entry.msgstr_plural.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str, extracted: dict[str, polib.POFile]) -> None:
    missing = [
        entry.msgid
        for entry in extracted[language]
        if not entry.obsolete and ("fuzzy" in entry.flags or not all(text for _, text in texts(entry)))
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str, extracted: dict[str, polib.POFile]) -> None:
    wrong = []
    for entry in extracted[language]:
        for original, text in texts(entry):
            if text and sorted(PLACEHOLDERS.findall(original)) != sorted(PLACEHOLDERS.findall(text)):
                wrong.append((original, text))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_file_says_what_the_source_says(language: str, tmp_path: Path) -> None:
    source = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    compiled = source.with_suffix(".mo")
    assert compiled.exists(), "make translations"
    said = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.mofile(str(compiled))}
    for entry in polib.pofile(str(source)).translated_entries():
        assert said.get((entry.msgctxt, entry.msgid)) == entry.msgstr
