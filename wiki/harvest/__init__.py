"""From talk to knowledge: a conversation becomes a page, and both know of each other."""
