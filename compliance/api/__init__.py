"""The API, version 1: publications for anybody, the record for signed-in people."""
