"""The console's pages about portals: which there are, the five steps of one, how it will look, what was published."""
