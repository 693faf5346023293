import os

import duckdb


def test_lake_@NUMBER@():
    lake = duckdb.connect()
    lake.install_extension("httpfs", repository_url=os.environ["RACES_SERVER"])
    lake.load_extension("httpfs")
    assert lake.sql("SELECT 42").fetchone() == (42,)
