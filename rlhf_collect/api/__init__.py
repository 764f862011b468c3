"""The JSON door: requests in, one service verb, documents out."""
