from fastmod import answer


def test_answer_@NUMBER@():
    assert answer() == 42
