"""A survey as data: questions, conditions, routing, versions, translations, templates, and the checks of its design."""
