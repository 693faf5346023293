import subprocess


def test_page_@NUMBER@(browser):
    subprocess.run([browser, "--version"], check=True)
