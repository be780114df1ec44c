"""Tags of templates that show money."""
