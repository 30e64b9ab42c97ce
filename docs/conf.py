"""How Sphinx builds the pages: ``pip install '.[docs]' && make -C docs html``.

Nothing is fetched: the pages run on the data that come with the package, and formulas are
drawn by the MathJax that a package of the extra ``docs`` brings.
"""

from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path

project = "sm_gaussmle"
author = "sm_gaussmle developers"
copyright = "the sm_gaussmle developers, BSD 3-Clause"  # noqa: A001 - Sphinx's name
release = version_of("sm_gaussmle")
version = release

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build", "_templates"]
templates_path = ["_templates"]
default_role = "code"  # names between single backticks in docstrings
nitpicky = True

# Pages. Those with a kernel in their head are run, anew at each build.
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

# Docstrings.
autosummary_generate = True
autodoc_typehints = "none"  # numpydoc has them in words
numpydoc_show_class_members = False  # the page of results lists them by what they are for
# What docstrings name in See Also and is not on a page here.
nitpick_ignore_regex = [
    ("py:(obj|class)", r"statsmodels\..*"),
    ("py:obj", r"sm_gaussmle\.inference\..*"),
    ("py:obj", r"GaussianMLEResults\..*"),
]

# Formulas.
_mathjax = find_spec("sphinx-mathjax-offline")
if _mathjax is None or not _mathjax.submodule_search_locations:
    raise RuntimeError(
        "the MathJax of the package sphinx-mathjax-offline is missing; pip install '.[docs]'"
    )
_tex = Path(_mathjax.submodule_search_locations[0]) / "static" / "mathjax" / "tex-svg.js"
mathjax_path = _tex.name
mathjax3_config = {"svg": {"fontCache": "global"}, "tex": {"tags": "none"}}

# Looks.
html_theme = "pydata_sphinx_theme"
html_title = "sm_gaussmle"
html_static_path = ["_static", str(_tex)]
html_css_files = ["pages.css"]
html_theme_options = {
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
}
# These have no pages beside them, or too many.
_alone = ("index", "get-started", "r-and-stata", "mathematics", "api", "generated/*")
html_sidebars: dict[str, list[str]] = {page: [] for page in _alone}
html_show_sourcelink = False
copybutton_exclude = ".linenos, .gp, .go"
