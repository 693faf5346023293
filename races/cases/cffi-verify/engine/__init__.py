import cffi

ffi = cffi.FFI()
ffi.cdef("int engine_answer(void);")
library = ffi.verify("int engine_answer(void) { return 42; }")
