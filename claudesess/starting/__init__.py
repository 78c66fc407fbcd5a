"""All at once, from nothing: past sessions read, findings said, pages opened."""
