"""The customer's pages: each guards, reads a form, calls one service, and says onward."""
