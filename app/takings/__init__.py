"""What came in and what went back, and how it adds up. It has no table of its own."""
