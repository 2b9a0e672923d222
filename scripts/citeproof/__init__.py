"""citeproof turns a Markdown manuscript and its bibliography into an APA 7 PDF, DOCX and HTML, and proves its citations."""
