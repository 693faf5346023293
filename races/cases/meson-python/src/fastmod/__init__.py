from fastmod._fast import answer

__all__ = ["answer"]
