// Plays the numbered steps of a document, such as docs/experiments.md, in real terminals, and compares
// what these show with the screens below the steps. Nobody waits as a person would: a key is pressed
// as soon as its terminal shows what its screen has before it.
import { assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { Program } from "./program.ts";
import { flags } from "./scripts.ts";
import { freePort, inTerminal, lack, output, python, reportDir } from "./system.ts";

// 1. A: `Halo`, B: Enter    2. B: wait until `Halo` appears    3. A: Ctrl-C
const step =
  /(?<=^\d+\. (?:.|\n {3})*)(?<terminal>[ABC]):\s+(?:`(?<typed>[^`]*)`|\w+\s+\w+\s+`(?<awaited>[^`]*)`|Enter|(?<interrupt>Ctrl-C))/gm;

/** What each terminal shows in the end: `A$ deno …` begins a part of A's screen. */
function readScreens(section: string) {
  const screens = new Map<string, string>();
  const labelled = section.replace(/^Terminal ([ABC]):\n\n```console\n/gm, "```console\n$1");
  for (const [, block] of labelled.matchAll(/^```console\n([^]*?)^```$/gm)) {
    for (const [name, ...part] of block!.split(/^(?=[ABC]\$ )/m)) {
      screens.set(name!, `${screens.get(name!) ?? ""}${part.join("").trimEnd()}\n`);
    }
  }
  return screens;
}

/** The sections of `markdown` that can be played: their steps, and the screens in the end. */
export function experiments(markdown: string) {
  return markdown.split(/^##+ /m).map((section) => ({
    heading: section.split("\n")[0]!,
    steps: [...section.matchAll(step)].map(({ groups }) => groups!),
    screens: readScreens(section),
  })).filter(({ steps }) => steps.length > 0);
}
export type Experiment = ReturnType<typeof experiments>[number];

// What only root may look at, or break, is a network of the test's own. There an acknowledgement does
// not wait: it would often ride on the next packet.
const outside = /tcpdump|iptables/;
const alone = "ip link set lo up && ip route change local 127.0.0.1 dev lo table local quickack 1";

/** The name of a test that plays an experiment, unless this machine lacks something for it. */
export function named({ heading, steps }: Experiment): { name: string; ignore: boolean } {
  const typed = JSON.stringify(steps);
  const tool = outside.exec(typed)?.[0];
  const lacks = lack.terminal || (typed.includes("../report/") && lack.report) ||
    (tool && !output("unshare", "-n", "sh", "-c", `${alone} && ${tool} --version`) &&
      `no ${tool}, or not root`) ||
    (typed.includes("netstat") && !output("netstat", "-tan") && "no netstat of Linux");
  return { name: lacks ? `${heading} (skipped: ${lacks})` : heading, ignore: !!lacks };
}

/** `text` of a document as it is typed and shown in a run whose ports begin with `ports`. */
function real(text: string, ports: number | string): string {
  return text
    .replace(/\b505(?=\d\b)/g, `${ports}`)
    .replace(/192\.168\.1\.\d+/g, "127.0.0.1")
    .replaceAll("../report/", `${reportDir}/`)
    .replace(/(\S) × (\d+) ?/gu, (_, sign, count) => sign.repeat(count));
}

/** `screen` without what differs from run to run: picked ports, a packet's numbers, netstat's gaps. */
const alike = (screen: string) =>
  screen.replace(/\b[1-6]\d{4}\b/g, "53122")
    .replace(/(?<=Flags \[\S+\], ).*(?=, length)/g, "…")
    .replace(/^tcp .*/gm, (line) => line.replace(/ +/g, " ").trimEnd());

// Each experiment has ten ports of its own.
let tens = Math.floor(freePort() / 10);

// Python tells in the background when it binds a socket, as Deno tells of what it is allowed.
const tell = `
import os, runpy, sys
sys.addaudithook(lambda event, _: event == "socket.bind" and os.write(9, b"bind\\n"))
runpy.run_path(sys.argv[1], run_name="__main__")`;

// A person's shell, as far as the screens show it. `deno` is this one, with this run's packages.
// What the screens do not show, inTerminal() hands on: when a port is asked for, when all is heard.
const shell = `
deno() { sub=$1; shift; "${Deno.execPath()}" $sub ${flags.join(" ")} "$@"; }
python3() { "${python}" -c '${tell}' "$@"; }
tcpdump() { command tcpdump "$@" 2>&9; }
export NO_COLOR=1 DENO_AUDIT_PERMISSIONS=/dev/fd/9
trap : INT
while printf '$ ' && read -r line; do eval "$line" || [ $? -lt 128 ] || echo; done`;

/** Plays an experiment; gives what each terminal shows in the end, on the document's own ports. */
export async function record({ steps, screens }: Experiment): Promise<Record<string, string>> {
  const ports = tens++;
  await using stack = new AsyncDisposableStack();
  const terminals: Record<string, Program> = {};
  const ends = new Map([...screens].map(([name, text]) => [name, alike(real(text, "505"))]));
  const own = new RegExp(`\\b${ports}(?=\\d\\b)`, "g");
  const shown = (name: string) => alike(terminals[name]!.out.replace(own, "505")).trimEnd();
  /** The same without the prompt of a shell whose command has ended. */
  const last = (name: string) => shown(name).replace(/\n\$$/, "");
  const asks = (name: string) => /[$:] $|raw\.ts .*\n[^$]*$/.test(terminals[name]!.out);

  /** Waits until `done`, for 10 seconds at most, or until a terminal shows what its screen has not. */
  async function wait(name: string, done: () => boolean) {
    for (let [polls, wrong] = [1000, 0]; !done() && polls > 0 && wrong < 50; polls--) {
      wrong = ends.get(name)?.startsWith(last(name)) === false ? wrong + 1 : 0;
      await delay(10);
    }
    return done();
  }

  /** Waits until a terminal shows (or begins with) its screen up to `to`; or asks, without one. */
  async function shows(name: string, to: number, begins = false) {
    const text = ends.get(name)?.slice(0, to).trimEnd();
    const done = await wait(name, () => {
      if (text === undefined) return asks(name);
      return begins ? shown(name).startsWith(text) : shown(name) === text;
    });
    if (!done) assertEquals(shown(name), text, `terminal ${name}`);
  }

  // Where the text of each step stands in the screen of its terminal.
  const behind: Record<string, number> = {};
  const plan = steps.map(({ terminal, typed = "", awaited, interrupt }) => {
    const name = terminal!;
    const line = interrupt ? "^C\n" : real(awaited ?? `${typed}\n`, "505");
    const from = ends.get(name)?.indexOf(line, behind[name]) ?? 0;
    behind[name] = from + line.length;
    return { name, typed, awaited, interrupt, line, from, to: behind[name] };
  });

  let inside: string[] = [];
  if (outside.test(JSON.stringify(steps))) {
    const up = ["unshare", "-n", "sh", "-c", `${alone} && echo up && read line`];
    const network = stack.use(new Program(up));
    await network.until("up");
    inside = ["nsenter", `--net=/proc/${network.pid}/ns/net`];
  }
  for (const [index, { name, typed, awaited, interrupt, line, from, to }] of plan.entries()) {
    const program = terminals[name] ??= stack.use(
      new Program(inTerminal([...inside, "sh", "-c", shell])),
    );
    await shows(name, awaited ? to : from, !!awaited);
    if (awaited) continue;
    const all = Object.values(terminals).map(({ out }) => out).join("");
    const [, picked = ""] = all.match(/SendTo → Server .*:(\d+) →/) ?? [];
    const { out, err } = program;
    await program.type(interrupt ? "\x03" : real(`${typed}\n`.replace("53122", picked), ports));
    if (/(?:\$|server:) $/.test(out)) { // what starts is there once it says something, or is heard
      const said = () => /\n[^]/.test(program.out.slice(out.length));
      const heard = () => /"net"|listening on |bind/.test(program.err.slice(err.length));
      await wait(name, () => said() || heard());
      if (!said()) await delay(200); // it is heard just before it binds
      continue;
    }
    // Where a screen has the message before that terminal's next key, it has arrived there first.
    for (const [other, screen] of ends) {
      const begin = plan.slice(0, index + 1).findLast(({ name }) => name === other)?.to ?? 0;
      const end = plan.slice(index + 1).find(({ name }) => name === other)?.from;
      const message = line.trim();
      for (const arrived of [`]: ${message}\n`, `"${message}"\n`]) { // of a script, of raw.ts
        const at = screen.slice(begin, end).indexOf(arrived);
        if (at >= 0) await shows(other, begin + at + arrived.length, true);
      }
    }
  }
  const names = Object.keys(terminals);
  for (const name of names) {
    // The picture's chat has no screens: it is over when both terminals ask for a command again.
    if (ends.size === 0) await wait(name, () => asks(name));
    else if (ends.has(name)) await wait(name, () => last(name) === ends.get(name)!.trimEnd());
  }
  await delay(200); // nothing more comes
  return Object.fromEntries(names.map((name) => [name, last(name)]));
}

/** Asserts that the terminals show what the document says. */
export async function play(experiment: Experiment): Promise<void> {
  const shown = await record(experiment);
  for (const [terminal, screen] of experiment.screens) {
    assertEquals(shown[terminal], alike(real(screen, "505")).trimEnd(), `terminal ${terminal}`);
  }
}
