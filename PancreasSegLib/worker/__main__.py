"""`python -m PancreasSegLib.worker FOLDER`, as `WorkerClient` starts it."""

from PancreasSegLib.worker.main import main

if __name__ == "__main__":
    raise SystemExit(main())
