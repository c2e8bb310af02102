"""Visits by the link their customer has, and when classes happen."""
