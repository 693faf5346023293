from engine import library


def test_answer_@NUMBER@():
    assert library.engine_answer() == 42
