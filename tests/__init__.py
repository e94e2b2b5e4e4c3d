"""linkflow's tests."""
