"""What happens when processes, servers and mail servers die at the worst moment."""
