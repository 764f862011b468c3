"""Speed, measured beside a yardstick in the same run; nothing here is a test."""
