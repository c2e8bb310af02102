"""Files of customers from elsewhere, read, checked and imported line by line."""
