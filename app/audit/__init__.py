"""Who did what, when, from which value to which."""
