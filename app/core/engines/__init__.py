"""PostgreSQL and Valkey as part of the house, and the supervisor that starts, watches and stops everything.

Run it as `python -m app.core.engines`; docs/engines.md explains how it works.
"""
