"""What surrounds the SQL: the servers, the installer and the checks. No rule lives here."""
