"""What tests are made of: servers, examples, random surveys, files of other programs."""
