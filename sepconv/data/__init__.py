"""The files that come with the course, each beside its notice, and what loads them."""

from sepconv.data.images import LUMA, ImageSet, digits, photo, silhouettes

__all__ = ["LUMA", "ImageSet", "digits", "photo", "silhouettes"]
