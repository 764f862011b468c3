"""The tests, laid out as rlhf_collect/ is."""
