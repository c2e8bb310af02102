"""The pages of those who wait, and of those who look after the list."""
