"""What somebody says who opens shop."""
