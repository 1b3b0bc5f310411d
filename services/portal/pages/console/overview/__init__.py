"""The console's first page: how the business stands, what waits, what was done, what is still to set up."""
