"""Who hears of a page: watching pages, branches of the tree, and communities."""
