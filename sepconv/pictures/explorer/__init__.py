"""The explorer: touch a convolution of any groups, and see who reads whom.

``explore`` in ``widget`` shows it; what was set and selected in it comes back as a plain dict from ``answer()``. Only
that module needs anywidget: exercises take names and arithmetic from ``settings``.
"""
