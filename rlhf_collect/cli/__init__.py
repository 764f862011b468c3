"""The command line: one room of commands for each noun."""
