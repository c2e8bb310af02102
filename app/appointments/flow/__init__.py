"""The booking flow: one blueprint, the same on the business's page and in its widget."""
