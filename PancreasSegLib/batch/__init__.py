"""Many scans: their masks, a table, and a page with the doubtful ones first."""
