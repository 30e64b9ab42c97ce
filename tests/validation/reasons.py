"""How few digits a block may have on any machine, and why it has fewer than others.

What the words of the reasons mean is on the page of all blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reference_blocks import Block

FEW = 12
"""Below so many digits a reason is given."""

_MINOS = "MINOS stops early"
_DIFFERENCE = "small difference"
_IN_DOUBLES = "R in doubles"
_DIFFERENCES = {"statistic", "likelihood ratio", "p-value"}
_SHORTEST = {
    "MINOS intervals": (3.5, _MINOS),
    "constraints, within the scale equation": (6.5, f"{_DIFFERENCE}: 1.3e-5 of 1321"),
    "constraints, across equations": (8.5, f"{_DIFFERENCE}: 3.1e-5 of 203"),
    "table, drop1": (9.5, f"{_DIFFERENCE}: 0.026 of 1321"),
    "table": (11.0, _DIFFERENCE),
    "likelihood-ratio test": (11.0, _DIFFERENCE),
    "variance": (9.5, "delta method"),
    "profile intervals": (9.5, "near zero"),
    "Wald intervals": (11.5, ""),
    "standard errors": (12.0, ""),
    "covariance": (12.0, ""),
    "constrained": (10.0, _IN_DOUBLES),
    "constraints": (11.0, ""),
    "coefficients": (12.5, ""),
    "log-likelihood": (14.0, ""),
    "information criteria": (14.0, ""),
    "counts": (15.0, ""),
}


def least_and_why(block: Block) -> tuple[float, str]:
    """Return how many digits the block has to have, and the reason if it has few."""
    for start, (least, why) in _SHORTEST.items():
        if block.name.startswith(start):
            differs = why == _IN_DOUBLES and block.where in _DIFFERENCES
            reason = _DIFFERENCE if differs else why
            return least, reason if block.worst < FEW else ""
    raise KeyError(f"there is no least number of digits for blocks such as {block.name!r}")
