"""The shape of what a customer sends. Choices are what this business offers, so a foreign id is no choice."""
