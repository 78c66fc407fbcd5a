"""What somebody changed because of a finding, kept, and held against the sessions that came after."""
