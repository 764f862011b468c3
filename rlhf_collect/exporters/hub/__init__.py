"""Versions on the Hugging Face Hub: publishing, resuming, checking."""
