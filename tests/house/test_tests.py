"""What the tests themselves rest on."""

import os
from pathlib import Path

from django.conf import settings


def test_every_process_of_the_tests_has_a_data_folder_of_its_own() -> None:
    """Two that share one share the search index and the locks, and wait for each other or miss what they wait for."""
    assert Path(os.environ["DATA_DIR"]) == settings.DATA_DIR
