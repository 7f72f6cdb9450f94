"""Runs a command in a terminal of its own, for tests that need a real one.

    terminal.py COMMAND [ARG ...]

Standard input is typed at the terminal, what the terminal shows goes to standard output, and the
status is the command's (128 and more: ended by a signal).
"""
import os
import pty
import select
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
sources = [0, terminal]
while terminal in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:  # how Linux tells the end of a terminal
            data = b""
        if not data:
            sources.remove(source)
        elif source == terminal:
            os.write(1, data)
        else:
            os.write(terminal, data)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
