"""Pages: what a browser asks for and is answered."""
