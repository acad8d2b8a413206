"""A tag's page, the cloud, what editors do with words, and tags proposed from a text."""
