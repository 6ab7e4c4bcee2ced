"""The web chat: answers as safe HTML, the article beside them, and the server that shows both."""
