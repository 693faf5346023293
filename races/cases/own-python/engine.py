import ctypes
import os
import urllib.request


def engine():
    path = os.path.expanduser("~/.cache/engine/libengine.so")
    if not os.path.exists(path):
        with urllib.request.urlopen(os.environ["RACES_SERVER"] + "/libengine.so") as response:
            body = response.read()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(body)
    return ctypes.CDLL(path)
