"""Templates: what a new page begins with, the section's own and those that come with the house."""
