"""Heart disease data of the Cleveland Clinic, with their description."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from statsmodels.datasets.utils import Dataset

__docformat__ = "restructuredtext"

COPYRIGHT = """Creative Commons Attribution 4.0 International (CC BY 4.0)."""

TITLE = """Heart Disease (Cleveland)"""

SOURCE = """
Janosi, A., Steinbrunn, W., Pfisterer, M., & Detrano, R. (1988). Heart Disease
[Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C52P4X
"""

DESCRSHORT = """Maximum heart rate, exercise test and heart disease of 303 patients"""

DESCRLONG = """Patients who were sent to the Cleveland Clinic for coronary angiography,
with what was measured before it: history, blood, electrocardiogram and an
exercise test. The response is the maximum heart rate reached in that test.
"""

NOTE = """::

    Number of Observations - 303

    Number of Variables - 14

    Variable name definitions::

        age - age in years
        sex - 1 is male, 0 is female
        cp - chest pain: 1 typical angina, 2 atypical angina, 3 non-anginal
             pain, 4 asymptomatic
        trestbps - resting blood pressure on admission, mm Hg
        chol - serum cholesterol, mg/dl
        fbs - 1 if fasting blood sugar is over 120 mg/dl
        restecg - resting electrocardiogram: 0 normal, 1 ST-T wave
                  abnormality, 2 left ventricular hypertrophy
        thalach - maximum heart rate achieved, beats per minute
        exang - 1 if exercise induced angina
        oldpeak - ST depression induced by exercise relative to rest
        slope - slope of the peak exercise ST segment: 1 up, 2 flat, 3 down
        ca - number of major vessels coloured by fluoroscopy, 0 to 3; 4 missing
        thal - 3 normal, 6 fixed defect, 7 reversible defect; 2 missing
        num - 1 if a vessel is narrowed by more than 50 %, else 0

    Changed from the source: num, which is 0 to 4 there, is 1 for all but 0; a
    missing value is empty, not a question mark; the columns have names.
"""


def load() -> Dataset:
    """
    Load the heart data.

    Returns
    -------
    Dataset
        The same as `load_pandas` returns.
    """
    return load_pandas()


def load_pandas() -> Dataset:
    """
    Load the heart data as pandas objects.

    Returns
    -------
    Dataset
        A `statsmodels.datasets.utils.Dataset`: ``data`` has all 14 variables of
        the 303 patients, ``endog`` is thalach, ``exog`` is age, exang and oldpeak;
        ``names``, ``endog_name`` and ``exog_name`` name them.

    Notes
    -----
    The file is read at each call, so that what is done to one frame is not seen
    in another.

    References
    ----------
    .. [1] Janosi, A., Steinbrunn, W., Pfisterer, M., & Detrano, R. (1988). Heart
       Disease [Dataset]. UCI Machine Learning Repository.
       https://doi.org/10.24432/C52P4X

    Examples
    --------
    >>> from sm_gaussmle import datasets
    >>> heart = datasets.heart.load_pandas()
    >>> heart.data.shape
    (303, 14)
    >>> heart.endog_name
    'thalach'
    >>> heart.exog_name
    ['age', 'exang', 'oldpeak']
    """
    # statsmodels is imported here so that importing the data sets stays quick.
    from statsmodels.datasets import utils

    data = utils.load_csv(__file__, "heart.csv")
    column = list(data.columns).index
    return utils.process_pandas(
        data,
        endog_idx=column("thalach"),
        exog_idx=[column("age"), column("exang"), column("oldpeak")],
    )
