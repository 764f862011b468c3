"""The labour statement: under what conditions a version was made, in numbers, and what was not measured."""
