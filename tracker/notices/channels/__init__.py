"""The channels: the only code that opens a connection."""
