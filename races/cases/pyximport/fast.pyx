def answer():
    cdef int number = 6
    return number * 7
