//! Nothing: what is tested is in the library that the tests fetch.
