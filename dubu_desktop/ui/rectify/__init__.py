"""整改: what is being put right, until it is struck off."""
