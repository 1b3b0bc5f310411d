"""What a vendor's own pages show of a portal: the frame, the steps it opens in windows, the help icon."""
