"""The booking flow in a frame on the websites of others."""
