"""Tables that engines hold or read: each module implements `sources.table.Table` once."""
