"""Text to vectors, and where vectors are kept. Imports nothing local to the project."""
