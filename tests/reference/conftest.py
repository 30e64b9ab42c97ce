"""Keep pytest's doctest collection from importing the scripts that made the references."""

collect_ignore = ["mp_verify.py", "multistart.py"]
