"""The parts that reports are put together from: each takes the material and gives its sections, if it has any."""
