"""What an edit does to the bookings that are ahead of it, and what is decided about each."""
