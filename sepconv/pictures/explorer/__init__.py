"""The explorer: touch a convolution of any groups, and see who reads whom.

``explore`` shows it; what was set and selected in it comes back as a plain dict from ``answer()``.
"""

from sepconv.pictures.explorer.widget import Explorer, explore

__all__ = ["Explorer", "explore"]
