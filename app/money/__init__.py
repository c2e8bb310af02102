"""What came in, what went back and what is open, of all a business does. It has no table of its own."""
