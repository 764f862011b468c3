"""Values and rules. No input, no output, no library that talks to the outside."""
