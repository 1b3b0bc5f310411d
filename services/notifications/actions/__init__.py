"""What notifications does: learn who is who, queue messages, deliver them."""
