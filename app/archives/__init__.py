"""A whole business in one file: to keep, or to open in another installation."""
