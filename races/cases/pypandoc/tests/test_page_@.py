import subprocess


def test_page_@NUMBER@(pandoc):
    subprocess.run([pandoc, "--version"], check=True)
