"""The tree of a section, opened level by level: quick with 20,000 pages, because nobody is shown them all."""
