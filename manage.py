#!/usr/bin/env python
"""Run a management command of Loikka: `manage.py serve`, `manage.py migrate`, ..."""

import gc
import os
import sys

if __name__ == "__main__":
    # Loading makes two hundred thousand objects that stay. Looked through for garbage after every 700, as Python does by
    # itself, a start takes six hundredths longer.
    gc.set_threshold(50_000, 20, 50)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
