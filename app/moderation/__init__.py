"""Reports of what should not be seen, and what was decided; subjects are known as (kind, id) alone."""
