"""Projects with planted truth, from a seed. Nothing of the estimators is imported here."""
