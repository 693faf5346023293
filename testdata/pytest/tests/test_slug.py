import pytest

from slug import slug


@pytest.mark.parametrize(("title", "expected"), [("Hello, world", "hello-world"), ("Ünï", "uni"), ("", "")])
def test_a_slug_is_plain(title, expected):
    assert slug(title) == expected
