"""The people a survey can be given to: their files, how these come in, and who may see what of them."""
