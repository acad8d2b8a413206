"""A zip of Markdown files is brought in from the browser: uploaded, looked at, then done by the worker."""
