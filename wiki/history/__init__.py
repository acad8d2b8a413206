"""What a page was: its versions as lists, one by one and beside each other, for people and for programs."""
