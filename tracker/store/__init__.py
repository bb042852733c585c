"""The facts: tables, constraints, indexes, and the questions asked of them; one file per noun."""
