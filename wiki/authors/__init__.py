"""What somebody wrote, and what somebody follows."""
