// What this machine has, and what it lacks: other programs, the report, parts of the network.
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

// Runs a command in a terminal of its own; 128 and more as a status: ended by a signal. What it says
// to descriptor 9 is this program's standard error.
const spawn = `
import os, pty, sys
os.dup2(2, 9)
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

/** Whether a server may listen at `hostname`. */
function own(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

// A resolver that nobody answers takes its time to say so.
const lookup = `
setTimeout(() => Deno.exit(1), 2000);
const { code } = await import("node:dns/promises").then((dns) => dns.lookup("tidak-ada.invalid"))
  .catch((error) => error);
Deno.exit(code === "ENOTFOUND" ? 0 : 1);`;

// Whether this machine lets one set up others, with a cable and a firewall.
const machine = "mount --bind /etc/hosts /etc/hosts && ip link add eth0 type veth && " +
  "ip address add fe80::1 dev eth0 && iptables -A INPUT -j DROP && ip6tables -A INPUT -j DROP";

const noPython = python ? "" : "no python3";
const windows = Deno.build.os === "windows";
/** Why what needs something cannot be tested here; empty where it is there. */
export const lack = {
  python: noPython,
  report: noPython || (reportDir ? "" : "REPORT_DIR is not set"),
  terminal: windows ? "no pseudo-terminal" : noPython,
  ipv6: own("::1") ? "" : "no IPv6",
  root: !windows && Deno.uid() === 0 ? "" : "not root",
  get hosts() {
    const made = output("unshare", "--net", "--mount", "sh", "-c", machine) !== undefined;
    return made ? "" : "no root, iproute2 or iptables";
  },
};

let dns: string | undefined; // asked once, and only where somebody wants to know
/** Why a test cannot use the address or name `host` here. */
export function lackOf(host: string): string {
  if (host.includes(":")) return lack.ipv6;
  if (!host.endsWith(".invalid")) return "";
  return dns ??= output(Deno.execPath(), "eval", lookup) === undefined ? "no DNS answers" : "";
}

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
