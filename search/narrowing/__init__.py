"""What narrows a question: operators in its words, and what is chosen beside it."""
