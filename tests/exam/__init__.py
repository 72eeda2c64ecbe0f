"""The exam of the locks: each thing that must hold, the figure asked, the figure reached, and proof that it can fail.

`make exam` sits all of it; `python -m tests.exam V6 D5` only these rows.
"""
