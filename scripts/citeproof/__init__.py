"""citeproof turns a Markdown manuscript into an APA 7 PDF, DOCX and HTML, and proves its citations."""
