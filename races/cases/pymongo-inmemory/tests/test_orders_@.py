import subprocess


def test_orders_@NUMBER@(mongod):
    subprocess.run([mongod, "--version"], check=True)
