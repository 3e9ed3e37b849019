"""Opinion boxes and cases, as their authors meet them."""
