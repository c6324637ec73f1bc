"""The monthly report: one content, as a page and as a PDF."""
