"""Everything that was changed in a business: by whom, when, and from what to what."""
