from parsing import root


def test_document_@NUMBER@():
    assert root(b'{"answer": 42}').type == "document"
