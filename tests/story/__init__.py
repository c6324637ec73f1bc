"""The whole story, lived through real doors: a browser, a real server, a real worker, commands."""
