"""What puts layers together, one after the other, and can be looked into."""
