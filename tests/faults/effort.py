"""How hard to look: FAULTS=20 python -m pytest tests/faults tries 20 times as much.

Without it the examples are the same at each run, and few enough for every run. With it
they are drawn anew, and hypothesis remembers those that failed.
"""

import os

from hypothesis import HealthCheck, settings

EFFORT = int(os.environ.get("FAULTS", "1"))


def examples(count):
    """Settings of a property with so many examples."""
    return settings(
        max_examples=count * EFFORT,
        derandomize=EFFORT == 1,
        database=None if EFFORT == 1 else settings().database,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
