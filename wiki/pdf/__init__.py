"""A page as a document to print or to send on."""
