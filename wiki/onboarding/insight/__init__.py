"""How a path works, for its owner: figures of its steps, and the list of what is done for the records."""
