"""What is remembered. Importing this package defines every table."""
