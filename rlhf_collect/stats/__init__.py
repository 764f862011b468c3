"""Agreement of raters: pure functions from small tables to figures. NumPy, and SciPy's special functions."""
