"""Who they are and which communities they are in."""
