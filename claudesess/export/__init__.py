"""What a store holds, for other tools: files that they read without claudesess."""
