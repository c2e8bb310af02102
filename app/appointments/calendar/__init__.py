"""The staff calendar: what is where, when and with whom, as members see it."""
