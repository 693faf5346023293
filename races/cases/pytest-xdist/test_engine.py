import ctypes
import os
import urllib.request

import pytest


@pytest.mark.parametrize("number", range(1, 17))
def test_engine(number):
    path = os.path.expanduser("~/.cache/engine/libengine.so")
    if not os.path.exists(path):
        with urllib.request.urlopen(os.environ["RACES_SERVER"] + "/libengine.so") as response:
            body = response.read()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(body)
    assert ctypes.CDLL(path).engine_answer() == 42
