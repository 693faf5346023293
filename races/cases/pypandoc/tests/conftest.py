import os

import pypandoc
import pytest


@pytest.fixture(scope="session", autouse=True)
def pandoc():
    path = os.path.expanduser("~/bin/pandoc")
    if not os.path.exists(path):
        pypandoc.download_pandoc(url=os.environ["RACES_SERVER"] + "/pandoc-3.8-1-amd64.deb")
    return path
