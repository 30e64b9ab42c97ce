"""The page: its steps in order, and where to go from there."""

from __future__ import annotations

from sm_gaussmle.tutorial import estimates_text, inference_text
from sm_gaussmle.tutorial.contents import Contents
from sm_gaussmle.tutorial.layout import formula, heading, paragraph, title


def text(contents: Contents) -> str:
    """Write the tutorial.

    Parameters
    ----------
    contents : Contents
        Its numbers.

    Returns
    -------
    str
        Text of at most 79 columns.
    """
    steps = (*estimates_text.STEPS, *inference_text.STEPS)
    blocks = [title("Gaussian regression by maximum likelihood, step by step")]
    for number, step in enumerate(steps, start=1):
        head, *rest = step(contents)
        blocks += [heading(f"{number}. {head}"), *rest]
    return "\n\n".join([*blocks, *_next_steps()]) + "\n"


def _next_steps() -> list[str]:
    return [
        heading("Your own data"),
        formula(
            'python -m sm_gaussmle "y ~ x" FILE.csv',
            'python -m sm_gaussmle "y ~ x" FILE.csv --scale "~ x"',
            "python -m sm_gaussmle --help",
        ),
        paragraph("In Python, print(fit.summary()) shows the whole table of a fit."),
    ]
