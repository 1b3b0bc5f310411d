"""The console's pages about how a vendor bills, at which hosts, and what was done by whom."""
