import pytest
from pyppeteer.launcher import Launcher


@pytest.fixture(scope="session")
def browser():
    # What `pyppeteer.launch()` does before it starts the browser.
    return Launcher(headless=True).chromeExecutable
