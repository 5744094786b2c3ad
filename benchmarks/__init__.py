"""What `make bench` runs; docs/speed.md says what is measured."""
