"""Runs a command in a terminal of its own, for tests that need a real one.

    terminal.py COMMAND [ARG ...]

Standard input is typed at the terminal, what the terminal shows goes to standard output, with plain
line ends, and the status is the command's (128 and more: ended by a signal).
"""
import os
import pty
import sys

plain = ["sh", "-c", 'stty -onlcr && exec "$@"', "sh"]
code = os.waitstatus_to_exitcode(pty.spawn(plain + sys.argv[1:]))
sys.exit(code if code >= 0 else 128 - code)
