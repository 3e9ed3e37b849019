"""The statistics against R: what R says is kept in `values.json`, so that the suite compares with it and needs no R."""
