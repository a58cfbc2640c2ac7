"""The bundled model that is used where none is named. Imports nothing: `--help` needs it, too."""

DEFAULT_MODEL = "multiview-ct"
