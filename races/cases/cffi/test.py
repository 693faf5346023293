from engine import library

assert library.engine_answer() == 42
