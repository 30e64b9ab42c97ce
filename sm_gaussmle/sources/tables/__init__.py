"""Tables that engines hold or read, one module each."""
