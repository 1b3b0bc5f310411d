"""What two services or more use. It knows none of them."""
