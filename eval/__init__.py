"""Offline evaluation: gold questions, metrics, runs, reports and speed. Imports `qa` and `embeddings`."""
