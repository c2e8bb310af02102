"""What is said to people: every message is a row, before and after it is sent."""
