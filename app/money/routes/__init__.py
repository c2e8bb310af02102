"""The money pages of a business, for managers and owners."""
