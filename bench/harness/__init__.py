"""What the benches stand on: newsrooms, their peers, load, process accounts, and the tables."""
