"""What templates show of search."""
