"""How many passes over the rows a profile-likelihood interval takes; counted, not timed."""

from __future__ import annotations

from dataclasses import dataclass
from unittest import mock

import sm_gaussmle as smg
from sm_gaussmle.estimation.surface import LikelihoodSurface

from . import data
from .section import Ratio, Section, Target

_CASES = {"scale equation": data.scale_equation, "30 % censored": data.censored}


@dataclass(frozen=True)
class ProfilePasses:
    """Both ends, for each parameter in turn."""

    name: str = "profile"

    def measure(self, settings):
        n = 1000 if settings.quick else 10**4
        head = ["", "parameters", "fewest", "mean", "most"]
        section = Section(f"Passes of a profile interval, 5 columns, n = {n:,}", head)
        for kind, make in _CASES.items():
            rows = make(n, 5)
            result = smg.GaussianMLE(rows.endog, rows.exog, **rows.options).fit()
            counts = [_passes(result, name) for name in result.model.data.cov_names]
            mean = sum(counts) / len(counts)
            cells = (len(counts), min(counts), f"{mean:.1f}", max(counts))
            section.rows.append([kind, *map(str, cells)])
            target = Target(f"passes of a profile interval, {kind}", "", "", at_most=8)
            section.targets.append(target.judge(Ratio.exactly(mean)))
        return section


def _passes(result, name):
    look = LikelihoodSurface.evaluate
    with mock.patch.object(
        LikelihoodSurface, "evaluate", autospec=True, side_effect=look
    ) as counted:
        result.profile(name, points=0)
    return counted.call_count
