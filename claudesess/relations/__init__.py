"""Relations: SQL shapes rows of the nine tables, a typed frame each."""
