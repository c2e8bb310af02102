"""What members ask about messages, and say about text messages."""
