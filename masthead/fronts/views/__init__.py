"""What readers and machines ask of the fronts, one noun a file."""
