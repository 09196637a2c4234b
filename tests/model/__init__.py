"""A second reading of the rules, in Python: slow, plain, and sharing nothing with the SQL."""
