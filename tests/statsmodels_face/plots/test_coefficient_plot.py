"""Estimates are drawn with the intervals that conf_int gives."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.statsmodels_face.plots.coefficient_plot import _draw


def segments(ax):
    """Return intervals by the dashes of their lines, from the top."""
    found = {"--": [], "-": []}
    for drawn in ax.lines:
        x, y = drawn.get_data()
        if len(x) == 2 and y[0] == y[1] and drawn.get_linestyle() in found:
            found[drawn.get_linestyle()].append(x)
    return {dashes: np.array(ends) for dashes, ends in found.items()}


def labels(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_both_equations_have_wald_and_profile_intervals(scaled_fit):
    mean, scale = scaled_fit.plot_coefficients(alpha=0.1).axes
    wald = scaled_fit.conf_int(0.1).to_numpy()
    profile = np.asarray(scaled_fit.conf_int(0.1, method="profile"))
    assert_allclose(segments(mean)["--"], wald[1:4])
    assert_allclose(segments(mean)["-"], profile[1:4])
    assert_allclose(segments(scale)["--"], wald[5:])
    assert_allclose(segments(scale)["-"], profile[5:])
    assert labels(mean) == ["age", "oldpeak", "exang"]
    assert labels(scale) == ["ln(sigma2)[age]"]


def test_estimates_are_marked(scaled_fit):
    mean = scaled_fit.plot_coefficients().axes[0]
    marks = [drawn.get_xdata() for drawn in mean.lines if len(drawn.get_xdata()) == 3]
    assert_allclose(marks, [scaled_fit.params[1:4]] * 2)


def test_in_standard_errors_all_wald_intervals_are_as_long(scaled_fit):
    mean, scale = scaled_fit.plot_coefficients(scale="standard error").axes
    ends = np.vstack([segments(mean)["--"], segments(scale)["--"]])
    assert_allclose(ends.mean(axis=1), scaled_fit.tvalues.iloc[[1, 2, 3, 5]])
    assert_allclose(np.ptp(ends, axis=1), 2 * 1.959963985)
    assert mean.get_xlim() == scale.get_xlim()
    assert scale.get_xlabel() == "Estimate and 95% interval, in standard errors"


def test_the_numbers_beside_are_those_of_the_profile(scaled_fit):
    low, high = np.asarray(scaled_fit.conf_int(method="profile"))[3]
    last = scaled_fit.plot_coefficients().axes[0].texts[-1].get_text()
    expected = f"{scaled_fit.params['exang']:.3g} ({low:.3g}, {high:.3g})"
    assert last == expected.replace("-", "\N{MINUS SIGN}")


def test_parameters_can_be_chosen(scaled_fit):
    figure = scaled_fit.plot_coefficients(["exang", "Intercept"], methods="wald")
    assert labels(figure.axes[0]) == ["exang", "Intercept"]
    assert len(figure.axes) == 1
    assert not len(segments(figure.axes[0])["-"])
    assert len(scaled_fit.plot_coefficients("ln(sigma2)[age]").axes) == 1


def test_constants_alone_are_drawn(data):
    figure = gaussmle("thalach ~ 1", data).fit().plot_coefficients()
    assert [labels(ax) for ax in figure.axes] == [["Intercept"], ["ln(sigma2)"]]


def test_a_scale_equation_without_a_constant_is_drawn(data):
    figure = gaussmle("thalach ~ age | age - 1", data).fit().plot_coefficients()
    assert [labels(ax) for ax in figure.axes] == [["age"], ["ln(sigma2)[age]"]]


def test_with_a_robust_covariance_only_its_own_intervals_are_drawn(data):
    result = gaussmle("thalach ~ age", data).fit(cov_type="HC1")
    figure = result.plot_coefficients()
    assert_allclose(segments(figure.axes[0])["--"][0], result.conf_int().loc["age"])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["Wald (HC1)"]
    with pytest.raises(ValueError, match="relies on the likelihood"):
        result.plot_coefficients(methods="profile")


def test_without_rows_wald_intervals_are_left(data):
    result = gaussmle("thalach ~ age | age", data).fit()
    result.remove_data()
    assert len(result.plot_coefficients(methods=["wald"]).axes) == 2
    with pytest.raises(AttributeError, match="data were removed"):
        result.plot_coefficients()


def test_towards_an_infinite_end_goes_an_arrow_and_an_unknown_one_is_left_out():
    _, ax = plt.subplots()
    params, units, places = np.array([1.0, 2.0]), np.ones(2), np.arange(2)
    _draw(ax, params, {"profile": np.array([[0.5, np.inf], [np.nan, 3.0]])}, units, places)
    left, right = ax.get_xlim()
    assert_allclose(segments(ax)["-"], [[0.5, right], [2.0, 3.0]])
    arrows = [drawn for drawn in ax.lines if drawn.get_marker() in ("<", ">")]
    assert [(drawn.get_marker(), *drawn.get_xdata()) for drawn in arrows] == [(">", right)]
    assert left < 0.0
    assert right > 3.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"params": "no"}, "`params` has 'no'; it may have Intercept, age"),
        ({"params": []}, "`params` has nothing; it may have Intercept, age"),
        ({"scale": "z"}, "`scale` is 'z'; it must be 'estimate' or 'standard error"),
        ({"methods": "exact"}, "`methods` is 'exact'; it must have one or both of wald, prof"),
        ({"methods": []}, r"`methods` is \[\]; it must have one or both"),
        ({"alpha": 0}, "`alpha` is 0; it must be between 0 and 1"),
    ],
)
def test_wrong_arguments_are_named(scaled_fit, arguments, message):
    with pytest.raises(ValueError, match=message):
        scaled_fit.plot_coefficients(**arguments)
