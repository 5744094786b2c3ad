"""Import of files: reading (in a child process), parsing, mapping of columns, checking, and what rows can become.

`problems`, `reading` and `child` know nothing of Django: they run where the file is read, with few rights and
little memory. Each app says in its own `intake` module what a row may become there (see
docs/how-to-add-an-import.md).
"""
