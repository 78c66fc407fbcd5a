"""What there is: projects and sessions."""
