"""The packages of a release, each installed by what it is for: `python3 -m unittest discover -s packaging/tests -t packaging`."""
