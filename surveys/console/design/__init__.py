"""Pages of designers: surveys, templates, versions, the builder."""
