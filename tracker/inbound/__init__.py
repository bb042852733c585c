"""What is heard by mail: kept as it arrived, then acknowledged, then read, and each mail ends with a reason."""
