"""What happened: the diary, its dispatcher, live hints."""
