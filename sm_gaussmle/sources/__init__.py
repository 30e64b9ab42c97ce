"""Where the rows are: each source offers ``total(function)``, a sum over row blocks."""
