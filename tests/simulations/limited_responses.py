"""Size of tests and coverage of intervals where responses are limited.

Run from the root of the checkout; it takes ten minutes of two free processors::

    python -m tests.simulations.limited_responses --jobs 2

It writes ``docs/limited-responses.csv`` and the tables of ``docs/limited-responses.md``. With
``--tables`` it writes the tables alone, from the file that is there.
"""

from .limits import HeteroscedasticTobit, Intervals, Tobit, Truncated
from .study import Study

SIZES = (20, 50, 200)
LIMITED_RESPONSES = Study(
    "limited-responses",
    {
        # At n = 20 one in six is hardly told from an exponential distribution; see the page.
        Truncated: (dict.fromkeys(SIZES[1:], 4_000), {}),
        **{
            setting: (dict.fromkeys(SIZES, 4_000), {})
            for setting in (HeteroscedasticTobit, Intervals, Tobit)
        },
    },
)

if __name__ == "__main__":
    LIMITED_RESPONSES.main(__doc__)
