"""A sheet to take along to an hour of one's own: chosen, printed, and not kept."""
