"""What is only true of one database."""
