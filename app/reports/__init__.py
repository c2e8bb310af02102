"""How the business does, in figures of a period beside those of another. It has no table of its own."""
