"""The organisation: departments and touchpoints, regions, who answers for what, and how it presents itself."""
