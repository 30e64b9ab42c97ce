"""What patsy has learned, pickled although patsy refuses it."""

import numpy as np
import patsy
from numpy.testing import assert_array_equal

from sm_gaussmle.sources.formulas.design_state import dumped, is_transform, loaded, reduced


def test_a_design_comes_back_with_names_that_are_lent():
    data = {"x": np.arange(6.0), "g": list("abcabc")}
    design = patsy.dmatrix("np.log1p(x) + center(x) + C(g, Sum)", data).design_info
    again = loaded(dumped(design), {"np": np})
    assert again.column_names == design.column_names
    old, new = (patsy.build_design_matrices([one], data)[0] for one in (design, again))
    assert_array_equal(old, new)


def test_modules_and_transforms_come_back():
    names = {"np": np, "middle": patsy.center}
    again = loaded(dumped(names), {})
    assert again["np"] is np
    assert is_transform(again["middle"])
    assert not is_transform(np.log)
    assert_array_equal(again["middle"](np.array([1.0, 3.0])), [-1.0, 1.0])


def test_an_object_that_can_be_pickled_is_taken_apart_as_pickle_does():
    function, arguments, *_ = reduced({1, 2})
    assert function(*arguments) == {1, 2}
