import cython


def answer(number):
    return cython.inline("return number * 7", number=number, quiet=True)
