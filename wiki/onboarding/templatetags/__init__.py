"""Tags for templates of paths."""
