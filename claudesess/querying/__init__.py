"""Questions in SQL from the shell: what stands in the tables, for people and for scripts."""
