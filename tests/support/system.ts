/**
 * What this machine has: other programs, a free port, the report.
 * @module
 */
import { decode } from "./driver.ts";
import { type Protocol, type Script } from "./scripts.ts";

/** What a command prints; undefined where it fails, or is not there. */
export function output(name: string, ...args: string[]): string | undefined {
  try {
    const { success, stdout, stderr } = new Deno.Command(name, { args }).outputSync();
    return success ? decode(stdout) + decode(stderr) : undefined;
  } catch {
    return undefined;
  }
}

/** The path of Python 3 itself (not of a launcher in front of it), undefined where there is none. */
export const python = ["python3", "python"]
  .map((name) => output(name, "-c", "import sys; print(sys.executable)")?.trim())
  .find((path) => path);

// Runs a command in a terminal of its own; 128 and more as a status: ended by a signal.
const spawn = `
import os, pty, sys
code = os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:]))
sys.exit(code if code >= 0 else 128 - code)
`;

/** The command that runs `words` in a terminal, whose screen is its output, with plain line ends. */
export function inTerminal(words: string[]): string[] {
  return [python!, "-c", spawn, "sh", "-c", 'stty -onlcr && exec "$@"', "sh", ...words];
}

/** A free port out of those that no system picks: a closed connection may block one for Python. */
export function freePort(): number {
  const address = { hostname: "127.0.0.1", port: 10_000 + Math.floor(20_000 * Math.random()) };
  try {
    Deno.listen(address).close();
    return address.port;
  } catch {
    return freePort();
  }
}

/** The folder with the report's four programs, where the run was told of one. */
export const reportDir = Deno.env.get("REPORT_DIR");

/** The path of the report's own program for `script`, where REPORT_DIR tells of it. */
export function reportFile(script: Script): string {
  const [protocol, side] = script.split("_") as [Protocol, "server" | "client"];
  return `${reportDir}/${side === "server" ? "Server" : "Client"}${protocol.toUpperCase()}.py`;
}

// Runs a program of the report unchanged, but tells which port it has bound, as ours do.
const tell = `
import runpy, socket, sys
def bind(self, address, really=socket.socket.bind):
    really(self, address)
    print("Port yang dipilih sistem:", self.getsockname()[1], file=sys.stderr, flush=True)
socket.socket.bind = bind
runpy.run_path(sys.argv[1], run_name="__main__")
`;

/** The command that runs the report's own program for `script`; it asks for its port. */
export const reportCommand = (script: Script) =>
  [python!, "-u", "-c", tell, reportFile(script)] as const;
