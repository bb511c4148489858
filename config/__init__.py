# The version of the program, as in pyproject.toml (tests/test_docs.py).
VERSION = "1.0.0"
