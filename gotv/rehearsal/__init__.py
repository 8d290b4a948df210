"""A synthetic polling day: a seat with its register, its people and their phones. Nothing here is real."""
