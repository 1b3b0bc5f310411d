"""What may happen in a ticket, and what its texts may hold."""
