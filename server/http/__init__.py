"""The server's edge: pages, the JSON API and the sockets. It decides nothing about tickets."""
