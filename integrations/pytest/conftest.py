"""Prepares the native libraries of the project before any test runs, and hands their paths to the tests.

Needs the program `probe`, as from `pip install probe-test-runner`. Works with and without pytest-xdist: workers inherit the
environment of the process that starts them.
"""

import json
import os
import subprocess

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if hasattr(config, "workerinput"):  # a worker: the controller has done it
        return
    probe = subprocess.run(["probe", "env", "--format", "json"], stdout=subprocess.PIPE)
    if probe.returncode != 0:  # it has said why
        pytest.exit("probe could not prepare the libraries", returncode=probe.returncode)
    os.environ.update(json.loads(probe.stdout)["variables"])
