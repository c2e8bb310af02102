"""The websites that show a business's booking widget: which of them may, and where it was seen."""
