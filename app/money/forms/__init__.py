"""What the money pages are asked and told."""
