# What `pyppeteer.launch` does before it starts the browser.
import subprocess
from pyppeteer.chromium_downloader import check_chromium, chromium_executable, download_chromium

if not check_chromium():
    download_chromium()
subprocess.run([chromium_executable(), "--version"], check=True)
