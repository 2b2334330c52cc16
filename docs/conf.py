"""The documentation site: `sphinx-build -W -b html docs docs/_build/html`."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

from site_pages.inventories import ignored, reachable  # noqa: E402

project = "tmeatlas"
author = "tmeatlas developers"
copyright = "tmeatlas developers"
release = version = version_of("tmeatlas")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.intersphinx",
    "sphinx_copybutton",
    "myst_nb",
    "site_pages.extension",
]
exclude_patterns = ["_build", "_generated", "site_pages", "**.ipynb_checkpoints"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb"}
default_role = "code"
highlight_language = "default"

# Every reference has to lead somewhere. Those to other packages are looked at where their
# inventories can be fetched: the build does without a network.
nitpicky = True
intersphinx_mapping = reachable()
intersphinx_timeout = 10
nitpick_ignore_regex = ignored(intersphinx_mapping)

autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
add_module_names = False
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
html_math_renderer = "mathml"

myst_enable_extensions = ["dollarmath", "fieldlist", "attrs_inline", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "auto"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_merge_streams = True

html_theme = "sphinx_book_theme"
html_title = "tmeatlas"
html_static_path = ["_static", "_generated/static"]
html_extra_path = ["_generated/root"]
html_css_files = ["site.css"]
html_js_files = ["filter.js"]
html_theme_options = {
    "show_navbar_depth": 1,
    # Else every page carries the links to all others.
    "collapse_navbar": True,
    "home_page_in_toc": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "tango",
}
html_copy_source = False
html_show_sourcelink = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
