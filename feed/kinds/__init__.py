"""What a thread may be besides plain words: a question, praise, a poll, an announcement."""
