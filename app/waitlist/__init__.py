"""Who wants a time that is taken."""
