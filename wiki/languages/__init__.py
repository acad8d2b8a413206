"""A page in several languages: one is the original, the others say of which of its versions they are."""
