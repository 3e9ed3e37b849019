"""What those who run an installation ask of it: how much there is to do, what is kept how long, whose data is where."""
