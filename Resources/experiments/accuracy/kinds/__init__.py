"""Other kinds of scan, made from a scan with its reference and its organ labels.

Every kind is a pure function from one `Examination` to another, or to None where the scan does not
allow it. `catalogue.py` lists them all.
"""
