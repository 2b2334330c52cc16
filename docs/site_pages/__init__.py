"""The documentation site: what makes its generated pages, and the order of all."""
