"""How well items measure: reliability, factors, satisfaction indices."""
