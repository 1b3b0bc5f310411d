"""Pages that auth renders, by audience."""
