"""From evidence to the areas to improve, ranked."""
