"""The examples for clients, each run as its reader would run it."""
