"""What readers say to a page with one click, and what they miss on it."""
