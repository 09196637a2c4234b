"""What the tests share: databases, learners, waiting for conditions."""
