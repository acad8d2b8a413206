"""Which links of pages lead nowhere: to pages and files that are gone, to headings that are not there, to the outside."""
