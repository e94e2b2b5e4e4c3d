"""Everything that leaves this process over HTTP: the one client, the OAuth dance, the address guard."""
