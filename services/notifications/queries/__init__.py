"""What notifications can be asked: frozen views, never rows."""
