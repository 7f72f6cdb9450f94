/**
 * Plays what a document tells its reader to do, in real terminals, and gives what these show.
 *
 * A section that is played has numbered steps, each naming a terminal, and their screens:
 *
 *     1. A: `deno run --allow-net udp_server.ts --port 5000`     a line to type, here at the shell
 *     2. B: wait until `Menunggu` appears                        (in Indonesian: tunggu)
 *     3. B: Enter                                                an empty line
 *     4. A: Ctrl-C
 *
 *     Terminal A:
 *     ```console
 *     $ deno run --allow-net udp_server.ts --port 5000
 *     ^C
 *     ```
 *
 * A run differs from the text in this: port 500x is one that is free, a port of five digits one
 * that the system picks, a computer 192.168.1.x this one, ../report the folder REPORT_DIR, and
 * `😀 × 257` so many of them, --timeout is 6 seconds, and what tcpdump sees of others is left out.
 * Nobody waits as a person would: a step is done as soon as the programs in all terminals are at
 * rest, that is, wait for what comes next.
 * @module
 */
import { assertEquals } from "@std/assert";
import { command, freePort, Program, python, reportDir } from "./driver.ts";

/** A step: what is typed at a terminal, or what its screen has to show before the next step. */
export interface Step {
  terminal: string;
  act: "type" | "press" | "wait";
  text: string;
}

/** The steps of a section, and what the terminals show in the end, by their names. */
export interface Experiment {
  steps: Step[];
  screens: Record<string, string>;
}

/** The sections of `markdown` that can be played, by their headings. */
export function experiments(markdown: string): Map<string, Experiment> {
  const found = new Map<string, Experiment>();
  for (const section of markdown.split(/^##+ /m)) {
    const steps = [...section.matchAll(/^\d+\. ([ABC]):\s+(.*)$/gm)].map((step) => {
      const [, terminal, what] = step as string[] as [string, string, string];
      const text = what.match(/`(.*)`/)?.[1];
      if (text === undefined) return { terminal, act: "press" as const, text: what };
      return { terminal, act: /^(wait|tunggu)/.test(what) ? "wait" : "type", text } as const;
    });
    const blocks = section.matchAll(/^Terminal ([ABC]):\n\n```console\n([^]*?)\n```$/gm);
    const screens = Object.fromEntries([...blocks].map(([, name, screen]) => [name, screen]));
    if (steps.length > 0) found.set(section.slice(0, section.indexOf("\n")), { steps, screens });
  }
  return found;
}

/** What this machine lacks to play `experiment`, undefined where it can be played. */
export function lacking({ steps }: Experiment): string | undefined {
  const typed = steps.map(({ text }) => text).join("\n");
  if (Deno.build.os !== "linux") return "Linux"; // /proc tells when the programs are at rest
  if (!python) return "Python 3";
  if (typed.includes("../report/") && !reportDir) return "REPORT_DIR";
  if (!typed.includes("tcpdump")) return undefined;
  const there = new Deno.Command("sh", { args: ["-c", "command -v tcpdump"] }).outputSync().success;
  return there && Deno.uid() === 0 ? undefined : "tcpdump and root";
}

/** `screen` with what differs from run to run made the same: see the top of this file. */
function general(screen: string, port = "5000"): string {
  return screen.replaceAll(port, "5000").replace(/\b500\d\b/g, "5000")
    .replace(/\b[1-6]\d{4}\b/g, "53122").replace(/192\.168\.1\.\d+/g, "127.0.0.1")
    .replaceAll(`${reportDir}/`, "../report/").replace(/^IP .* udp port (?!5000 ).*\n/gm, "")
    .replace(/(😀){10,}/gu, (many) => `😀 × ${[...many].length}`).trimEnd();
}

/** How long each thread of process `pid` and its children has run; undefined while one is busy. */
function work(pid: number): string | undefined {
  try {
    const times = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => {
      const read = (file: string) => Deno.readTextFileSync(`/proc/${pid}/task/${name}/${file}`);
      if (!/\) S /.test(read("stat"))) return undefined;
      const children = read("children").split(" ").filter((child) => child !== "");
      const below = children.map((child) => work(Number(child)));
      return below.includes(undefined) ? undefined : `${read("schedstat")} ${below}`;
    });
    return times.includes(undefined) ? undefined : times.join();
  } catch {
    return undefined; // it has ended in between
  }
}

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Waits until `holds` is true, for at most 15 seconds. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !holds() && Date.now() < end;) await sleep(10);
}

/** Waits until none of `programs` does anything for longer than Deno's caches sleep for a lock. */
async function rest(programs: Program[]): Promise<void> {
  const look = () =>
    programs.map(({ pid }) => work(pid)).map((time) => time ?? Math.random()).join();
  for (let before = ""; before !== (before = look());) await sleep(150);
}

// A shell for a terminal: it shows what a person's shell shows, and no more. `deno` is this Deno
// with the packages of this run.
const flags = command("tcp_server").slice(2, -2).join(" ");
const shell = `
deno() { sub=$1; shift; "${Deno.execPath()}" $sub --quiet ${flags} "$@"; }
python3() { "${python}" "$@"; }
trap : INT
while printf '$ ' && read -r line; do eval "$line" || [ $? -lt 128 ] || echo; done`;

/** Plays `experiment`; gives what each terminal shows once it shows what `screens` say, or not. */
export async function record({ steps, screens }: Experiment): Promise<Record<string, string>> {
  const port = `${freePort()}`;
  const limit = steps.map(({ text }) => text.match(/--timeout (\d+)/)?.[1]).find((found) => found);
  await using stack = new AsyncDisposableStack();
  const args = [`${import.meta.dirname}/terminal.py`, "sh", "-c", shell];
  const terminals = new Map(
    ["A", "B", "C"].filter((name) => steps.some(({ terminal }) => terminal === name))
      .map((name) => [name, stack.use(new Program(python!, args, { env: { NO_COLOR: "1" } }))]),
  );
  const shown = (name: string) => {
    const screen = terminals.get(name)!.out.replaceAll("\r\n", "\n").replace(/\n\$ $/, "");
    return general(screen, port).replace(/(--timeout|selama) 6\b/g, `$1 ${limit}`);
  };
  const said = () => [...terminals.values()].map(({ out }) => out).join().replaceAll(port, "");
  const picked = () => said().match(/\b[1-6]\d{4}\b/)?.[0] ?? "0";
  for (const { terminal, act, text } of steps) {
    if (act === "wait") await until(() => shown(terminal).includes(text));
    await rest([...terminals.values()]);
    if (act === "press") await terminals.get(terminal)!.type(text === "Ctrl-C" ? "\x03" : "\n");
    if (act !== "type") continue;
    const typed = text.replace(/\b[1-6]\d{4}\b/, picked).replace(/\b500\d\b/, port)
      .replaceAll(/192\.168\.1\.\d+/g, "127.0.0.1").replace("../report/", `${reportDir}/`)
      .replace(/--timeout \d+/, "--timeout 6")
      .replace(/😀 × (\d+)/u, (_, count) => "😀".repeat(count));
    await terminals.get(terminal)!.type(`${typed}\n`);
  }
  await until(() => Object.keys(screens).every((name) => shown(name) === general(screens[name]!)));
  await rest([...terminals.values()]);
  return Object.fromEntries([...terminals.keys()].map((name) => [name, shown(name)]));
}

/** Asserts that `experiment` shows what its document says. */
export async function play(experiment: Experiment): Promise<void> {
  const shown = await record(experiment);
  for (const [name, screen] of Object.entries(experiment.screens)) {
    assertEquals(shown[name], general(screen), `terminal ${name}`);
  }
}
