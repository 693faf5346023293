"""Titles as parts of URLs."""

import re
import unicodedata


def slug(title: str) -> str:
    """`title` in lower case, with `-` for whatever is no letter or digit."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
