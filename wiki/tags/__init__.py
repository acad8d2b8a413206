"""The house's words: which tags somebody may know, and how editors rename and merge them."""
