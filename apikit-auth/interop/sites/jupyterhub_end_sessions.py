"""Ends every session of a JupyterHub: python3 jupyterhub_end_sessions.py DATABASE

Its login cookie holds an id that the table of users has to know.
"""

import sqlite3
import sys

with sqlite3.connect(sys.argv[1], timeout=30) as database:
    database.execute("UPDATE users SET cookie_id = 'ended-' || id || '-' || hex(randomblob(16))")
