"""What is seen of messages, and what their providers report."""
