"""The rules of the field, in plain Python: no I/O, no clock, nothing but the standard library."""
