"""Reports, what moderators decide about them, and posts that are hidden."""
