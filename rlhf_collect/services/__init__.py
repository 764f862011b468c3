"""What can be done, one verb per function, one transaction per verb; rights are checked here."""
