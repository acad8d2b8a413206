"""What colleagues do for somebody on a path: IT, HR, buddy, manager, a person by name."""
