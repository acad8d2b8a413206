"""What is being written, for programs."""
