"""The worker as a process, against a server on this machine that speaks OpenAI's API."""
