"""What the collector does with one hook event; `collect.py` is the only caller."""
