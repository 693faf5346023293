import pytest


@pytest.fixture
def titles():
    return ["Grüße aus Köln", "  What?!  ", "a--b"]
