"""Names of parameters within text, where they may look like expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence


def with_places(text: str, names: Sequence[str], prefix: str) -> str:
    """Replace names of parameters by plain words, one for each place.

    Parameters
    ----------
    text : str
        Text with names as a formula makes them: ``C(g)[T.b]``, ``x:z``, ``np.log(x)``.
    names : sequence of str
        The parameters. Of several that begin at the same place, the longest is taken.
    prefix : str
        What the words begin with.

    Returns
    -------
    str
        With ``prefix0`` for the first of the names.
    """
    places = {name: place for place, name in enumerate(names)}
    alternatives = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = rf"(?<![\w.])(?:{alternatives})(?![\w.\[(])"
    return re.sub(pattern, lambda found: f"{prefix}{places[found.group()]}", text)


def with_names(text: str, names: Sequence[str], prefix: str) -> str:
    """Put the names back.

    Parameters
    ----------
    text : str
        Text of `with_places`.
    names : sequence of str
        The parameters.
    prefix : str
        What the words begin with.

    Returns
    -------
    str
        With the names.
    """
    return re.sub(rf"{prefix}(\d+)", lambda found: names[int(found.group(1))], text)
