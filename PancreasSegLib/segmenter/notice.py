"""What stands below every result."""

NOTICE = "For research, not for diagnosis."
