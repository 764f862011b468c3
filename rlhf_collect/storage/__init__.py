"""The database behind a narrow port: named SQL, one writer, migrations."""
