"""What `make check` runs beside the tests: `python -m config.checks [name …]`."""
