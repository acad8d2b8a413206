"""Tags for every template."""
