"""The shape of what people send about the waitlist. Choices are what this business offers."""
