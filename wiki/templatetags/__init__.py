"""Tags for templates of the wiki."""
