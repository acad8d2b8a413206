"""Handing over everything that somebody keeps right, to one person at once."""
