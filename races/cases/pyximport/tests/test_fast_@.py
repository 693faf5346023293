import fast


def test_answer_@NUMBER@():
    assert fast.answer() == 42
