"""Training of the networks that quoteattr ships; needs the extra ``train``.

Nothing outside this package imports it.
"""

__all__: list[str] = []
