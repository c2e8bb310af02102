"""What can go wrong here, as sentences for the person in front of the terminal."""


class EngineError(Exception):
    """Something a person must read; the text is one or two plain sentences."""


class StopAsked(Exception):
    """Ctrl-C, SIGTERM or SIGHUP arrived; whoever is waiting lets go and the clean stop begins."""
