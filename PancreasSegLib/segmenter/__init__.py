"""From a scan to a pancreas mask and a report: one class, one call."""
