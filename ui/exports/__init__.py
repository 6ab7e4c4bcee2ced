"""Answers with their evidence as files: Markdown, Word, references (GB/T 7714, BibTeX), HTML."""
