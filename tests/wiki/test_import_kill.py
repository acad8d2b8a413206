"""An import dies at random points, by SIGKILL, and is run again: it ends like one that never died."""

import json
import os
import subprocess
import sys

import pytest

KILLS = 8


def make_folder(folder):
    from PIL import Image

    for number in range(40):
        place = folder / f"part-{number % 4}"
        place.mkdir(parents=True, exist_ok=True)
        others = " ".join(f"[{n}](../part-{n % 4}/page-{n}.md)" for n in range(40))
        (place / f"page-{number}.md").write_text(f"# Page {number}\n\n{others}\n\n![i](../i{number % 5}.png)\n")
    for number in range(5):
        Image.new("RGB", (20, 20), (number * 9, 0, 0)).save(folder / f"i{number}.png")


def trial(folder, data, kills):
    data.mkdir()
    (data / "static").mkdir()
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.wiki.import_on_trial", str(folder), str(kills)],
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{data / 'db.sqlite3'}",
            "DATA_DIR": str(data),
            "LOG_LEVEL": "ERROR",
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads((data / "outcome.json").read_text()), int(result.stdout.strip().splitlines()[-1])


@pytest.mark.slow
def test_import_killed_again_and_again_ends_the_same(tmp_path):
    folder = tmp_path / "folder"
    make_folder(folder)
    whole, _ = trial(folder, tmp_path / "whole", 0)
    broken, killed = trial(folder, tmp_path / "broken", KILLS)
    assert len(whole[0]) == 44
    assert all(row[5] and row[4] == 1 for row in whole[0])
    assert broken == whole
    assert killed >= 2
