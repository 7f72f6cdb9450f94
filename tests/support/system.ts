// What this machine has, and what it lacks: other programs, the report, IPv6.
import { decode } from "./program.ts";
import { type Script } from "./scripts.ts";

/** What a command prints; undefined where it fails, or is not there. */
export function output(name: string, ...args: string[]): string | undefined {
  try {
    const { success, stdout, stderr } = new Deno.Command(name, { args }).outputSync();
    return success ? decode(stdout) + decode(stderr) : undefined;
  } catch {
    return undefined;
  }
}

const ask = ["-c", "import sys; print(sys.executable)"];
/** The path of Python 3 itself, not of a launcher in front of it. */
export const python = (output("python3", ...ask) || output("python", ...ask))?.trim();

// Runs a command in a terminal.
const spawn = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";
// Line ends stay plain; a Ctrl-C leaves the shell to give the status of what it has ended.
const sh = 'trap : INT; stty -onlcr; "$@"';

/** The command that runs `words` in a terminal of its own, whose screen is its output. */
export function inTerminal(words: string[]): string[] {
  return [python!, "-c", spawn, "sh", "-c", sh, "sh", ...words];
}

/** Whether a server may listen at `hostname`. */
function free(hostname: string, port = 0): boolean {
  try {
    Deno.listen({ hostname, port }).close();
    return true;
  } catch {
    return false;
  }
}

/** A free port out of those that no system picks: a closed connection may block one for Python. */
export function freePort(): number {
  const port = 10_000 + Math.floor(20_000 * Math.random());
  return free("127.0.0.1", port) ? port : freePort();
}

/** The folder with the report's four programs, where the run was told of one. */
export const reportDir = Deno.env.get("REPORT_DIR");

// Whether this machine lets one set up others, with a cable and a firewall.
const machine = "mount --bind /etc/hosts /etc/hosts && ip link add eth0 type veth && " +
  "ip address add fe80::1 dev eth0 && iptables -A INPUT -j DROP && ip6tables -A INPUT -j DROP";

const noPython = python ? "" : "no python3";
/** Why what needs something cannot be tested here; empty where it is there. */
export const lack = {
  python: noPython,
  report: noPython || (reportDir ? "" : "REPORT_DIR is not set"),
  terminal: Deno.build.os === "windows" ? "no pseudo-terminal" : noPython,
  ipv6: free("::1") ? "" : "no IPv6",
  get hosts() {
    const made = output("unshare", "--net", "--mount", "sh", "-c", machine) !== undefined;
    return made ? "" : "no root, iproute2 or iptables";
  },
};

/** The path of the report's own program for `script`, as ServerTCP.py is for tcp_server. */
export function reportFile(script: Script): string {
  const side = script.endsWith("server") ? "Server" : "Client";
  return `${reportDir}/${side}${script.slice(0, 3).toUpperCase()}.py`;
}

// Runs a program of the report unchanged, but tells which port it has bound, as ours do.
const tell = `
import runpy, socket, sys
def bind(self, address, bind=socket.socket.bind):
    bind(self, address)
    print("Port yang dipilih sistem:", self.getsockname()[1], file=sys.stderr)
socket.socket.bind = bind
runpy.run_path(sys.argv[1])
`;

/** The command that runs the report's own program for `script`; it asks for its port. */
export const reportCommand = (script: Script) =>
  [python!, "-u", "-c", tell, reportFile(script)] as const;
