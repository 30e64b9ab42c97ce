"""The page of the API lists what is public, and links of pages lead somewhere."""

import re
from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest

import sm_gaussmle
import sm_gaussmle.sklearn
from sm_gaussmle import api
from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for folder in (DOCS, DOCS / "validation")
    for path in folder.glob("*.md")
)
# What parts of the results class have for each other, and the label that statsmodels expects.
NOT_LISTED = {
    "covariance_root",
    "data_fingerprint",
    "get_nlfun",  # there to say that there is none
    "has_covariance",
    "higher_named",
    "likelihood_surface",
    "only_constant_variance",
    "only_exact",
    "profiles_of",
    "refuse_profile",
    "residual_degrees",
    "scale_range",
    "use_covariance",
    "variance_factor",
    "wrapped",
}


def listed():
    """Entries of the page of the API: the module that is current, and the name."""
    module, entries = "", []
    for line in (DOCS / "api.rst").read_text("utf-8").splitlines():
        if line.startswith(".. currentmodule:: "):
            module = line.removeprefix(".. currentmodule:: ")
        elif re.fullmatch(r"   [A-Za-z_][\w.]*", line):
            entries.append((module, line.strip()))
    return entries


def found(module, name):
    """The object of an entry; folders of a package may be modules of their own."""
    try:
        return reduce(getattr, name.split("."), import_module(module))
    except AttributeError:
        *folders, last = name.split(".")
        return getattr(import_module(".".join([module, *folders])), last)


def test_every_entry_is_there_once():
    entries = listed()
    assert len(set(entries)) == len(entries) > 100
    for module, name in entries:
        assert found(module, name) is not None


def test_the_page_has_exactly_the_public_names():
    names = {name for module, name in listed() if module == "sm_gaussmle" and "." not in name}
    assert names == set(sm_gaussmle.__all__) == set(api.__all__)


def test_the_page_has_exactly_the_names_for_scikit_learn():
    names = {name for module, name in listed() if module == "sm_gaussmle.sklearn"}
    assert names == set(sm_gaussmle.sklearn.__all__)


def test_the_page_has_every_attribute_of_results_that_is_ours():
    prefix = "GaussianMLEResults."
    names = {name.removeprefix(prefix) for _, name in listed() if name.startswith(prefix)}
    ours = {
        name
        for kind in GaussianMLEResults.__mro__
        if kind.__module__.startswith("sm_gaussmle.")
        for name in vars(kind)
        if not name.startswith("_")
    }
    assert names == ours - NOT_LISTED
    assert ours >= NOT_LISTED


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_to_one(page):
    text = re.sub(r"```.*?```", "", (DOCS / page).read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", text)
    folder = (DOCS / page).parent
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_in_a_table_of_contents(page):
    listed = {
        (DOCS / path).parent / entry
        for path in PAGES
        for table in re.findall(
            r"```\{toctree\}(.*?)```", (DOCS / path).read_text("utf-8"), re.DOTALL
        )
        for entry in table.split()
    }
    assert page == "index.md" or (DOCS / page).with_suffix("") in listed


@pytest.mark.parametrize("page", PAGES)
def test_pages_with_cells_say_what_runs_them(page):
    text = (DOCS / page).read_text("utf-8")
    runs = text.startswith("---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n")
    assert runs == ("```{code-cell} python\n" in text)
