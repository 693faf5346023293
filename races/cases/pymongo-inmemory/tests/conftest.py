import pytest
from pymongo_inmemory.context import Context
from pymongo_inmemory.downloader import download


@pytest.fixture(scope="session")
def mongod():
    # What `pymongo_inmemory.MongoClient()` does before it starts the server.
    return download(Context()) + "/mongod"
