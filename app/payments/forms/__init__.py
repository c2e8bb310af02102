"""The shape of what members say about money."""
