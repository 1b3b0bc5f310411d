"""The console's pages for whoever builds on this: the test clock and the events."""
