"""What calendar programs read, and the page on which members look after it."""
