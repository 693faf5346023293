from fast import answer


def test_answer_@NUMBER@():
    assert answer(6) == 42
