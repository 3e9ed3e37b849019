"""Pages made: templates, assets in the page, compression, languages."""
