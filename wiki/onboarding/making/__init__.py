"""How paths are made: the editor, its versions, putting people on them."""
