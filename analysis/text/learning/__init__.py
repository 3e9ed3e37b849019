"""How weights and layers are learned from labelled comments."""
