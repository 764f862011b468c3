"""The pages: the rater’s screen, the lead’s page, signing in, and the guard around them."""
