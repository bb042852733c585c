"""When: the ticks, each gathering, deciding and applying."""
