"""Text messages: what they cost, whether one may be sent, and the providers that take them."""
