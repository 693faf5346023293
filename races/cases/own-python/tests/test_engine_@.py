from engine import engine


def test_answer_@NUMBER@():
    assert engine().engine_answer() == 42
