"""Size of tests and coverage of intervals in small samples.

Run from the root of the checkout; it takes eleven minutes of two free processors::

    python -m tests.simulations.small_samples --jobs 2

It writes ``docs/small-samples.csv`` and the tables of ``docs/small-samples.md``. With
``--tables`` it writes the tables alone, from the file that is there.
"""

from .constant_variance import ConstantVariance
from .scale_equation import ScaleEquation
from .study import Study

SIZES = (10, 20, 50, 200)
SMALL_SAMPLES = Study(
    "small-samples",
    {
        ScaleEquation: (dict.fromkeys(SIZES, 4_000), {10: 250, 20: 250, 50: 400, 200: 600}),
        ConstantVariance: (dict.fromkeys(SIZES, 6_000), dict.fromkeys(SIZES, 2_000)),
    },
)

if __name__ == "__main__":
    SMALL_SAMPLES.main(__doc__)
