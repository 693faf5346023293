import pyximport

pyximport.install()
import fast

assert fast.answer() == 42
