"""What a newsroom and its readers do, shown in a real browser against a real `masthead run`."""
