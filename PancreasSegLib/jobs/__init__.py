"""Independent pieces of work, spread over processes of this computer or over a Dask cluster."""
