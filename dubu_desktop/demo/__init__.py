"""The demo world: a fictional county, its photos and its story. Nothing in the program imports this room but main."""
