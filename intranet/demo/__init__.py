"""A believable company to try the house with, and synthetic ones of any size to measure it with."""
