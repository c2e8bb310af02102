"""What people send about orders."""
