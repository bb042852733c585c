"""The rules: standard library only; every answer depends on its arguments alone."""
