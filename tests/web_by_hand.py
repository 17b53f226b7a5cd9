"""What the tests of the server share."""

__all__ = ["HOSTILE"]

HOSTILE = "<script>alert(1)</script> \" onload='alert(2)' {{ 7 * 7 }} &amp;"
"""What would run, or be filled in, if a page didn't escape it."""
