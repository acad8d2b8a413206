"""The files of a community: what is there, who put it there, where it is used."""
