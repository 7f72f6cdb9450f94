// Plays the numbered steps of a document in terminals, and compares these with its screens:
// - A line is typed once its terminal shows exactly its screen up to there.
// - What starts then is there once it says something, or once the port that it names is taken.
// - All other waits stand in the document: "A: wait until `Halo` appears".
import { assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { patience, Program } from "./program.ts";
import { flags } from "./scripts.ts";
import { freePort, inTerminal, python, reportDir } from "./system.ts";

/** `text` of a document as it is typed and shown here. */
const real = (text: string) =>
  text.replace(/192\.168\.1\.\d+/g, "127.0.0.1").replaceAll("../report/", `${reportDir}/`)
    .replace(/(\S) × (\d+) ?/gu, (_, sign, count) => sign.repeat(count));

/** `screen` without what differs: picked ports, netstat's gaps; tcpdump's numbers, ACKs, own lines. */
const alike = (screen: string) =>
  screen.replace(/\b[1-6]\d{4}\b/g, "53122")
    .replace(/(?<=Flags \[\S+\], ).*(?=, length)/g, "…")
    .replace(/^(tcpdump: |listening on |\d+ packets? |IP .* Flags \[F?\.\]).*\n/gm, "")
    .replace(/^tcp .*/gm, (line) => line.replace(/ +/g, " ").trimEnd());

// A: `Halo`, B: Enter, A: Ctrl-C, C: wait until `Halo` appears
const part = /([ABC]):\s+(?:`([^`]*)`|Enter|(Ctrl-C)|\w+\s+\w+\s+`([^`]*)`)/g;

function readSteps(section: string) {
  const numbered = section.match(/^\d+\. .*(?:\n {3}.*)*/gm) ?? [];
  return [...numbered.join("\n").matchAll(part)].map(([, name, line = "", interrupt, awaited]) => ({
    name: name!,
    text: real(awaited ?? (interrupt ? "^C\n" : `${line}\n`)), // as shown
    awaited: awaited !== undefined,
  }));
}

/** What each terminal shows in the end: `A$ deno …` begins a part of A's screen. */
function readScreens(section: string) {
  const screens: Record<string, string> = {};
  const blocks = section.matchAll(/^(?:Terminal ([ABC]):\n\n)?```console\n([^]*?)^```$/gm);
  for (const [, label = "", block] of blocks) {
    for (const [name, ...rest] of alike(real(label + block)).split(/^(?=[ABC]\$ )/m)) {
      screens[name!] = `${screens[name!] ?? ""}${rest.join("").trimEnd()}\n`;
    }
  }
  return screens;
}

/** The sections of `markdown` that can be played. */
export function experiments(markdown: string) {
  return markdown.split(/^##+ /m).map((section) => ({
    heading: section.split("\n")[0]!,
    steps: readSteps(section),
    screens: readScreens(section),
  })).filter(({ steps }) => steps.length > 0);
}
export type Experiment = ReturnType<typeof experiments>[number];

// A person's shell, as far as the screens show it. `deno` is this one, with this run's packages.
const shell = `
deno() { sub=$1; shift; "${Deno.execPath()}" $sub ${flags.join(" ")} "$@"; }
python3() { "${python}" "$@"; }
export NO_COLOR=1 DENO_NO_UPDATE_CHECK=1
trap : INT
while printf '$ ' && read -r line; do eval "$line" || [ $? -lt 128 ] || echo; done`;

/** Whether a server has the port that `command` names, in the network of process `pid`. */
function served(pid: number, command: string): boolean {
  const sockets = Deno.readTextFileSync(`/proc/${pid}/net/${/udp/i.test(command) ? "udp" : "tcp"}`);
  const port = Number(command.match(/\b\d{4,5}\b/)?.[0]).toString(16).toUpperCase();
  return RegExp(`:${port} \\S+ 0[7A] `).test(sockets); // 07: bound, 0A: listening
}

// Ten ports for each experiment, for 5050 to 5059.
let tens = Math.floor(freePort() / 10);

/** Plays an experiment, in terminals that the words `inside` start. */
export async function play({ steps, screens }: Experiment, inside: string[] = []): Promise<void> {
  const ports = `${tens++}`;
  const own = RegExp(`\\b${ports}(?=\\d\\b)`, "g");
  await using stack = new AsyncDisposableStack();
  const terminals: Record<string, Program> = {};
  const shown = (name: string) => alike(terminals[name]!.out.replace(own, "505")).trimEnd();
  /** The same without a shell's new prompt. */
  const last = (name: string) => shown(name).replace(/\n\$$/, "");

  /** Waits until `done`, but not for long once a terminal shows what its screen has not. */
  async function wait(name: string, done: () => boolean) {
    const begin = Date.now();
    for (let wrong = 0; !done(); await delay(20)) {
      const odd = Object.keys(terminals).find((one) =>
        screens[one]?.startsWith(last(one)) === false
      );
      wrong = odd ? wrong + 1 : 0;
      if (wrong < 25 && Date.now() - begin < patience) continue;
      assertEquals(last(odd ?? name), screens[odd ?? name], `${name} is waited for`);
    }
  }

  const passed: Record<string, number> = {}; // up to where a screen has been played
  for (const { name, text, awaited } of steps) {
    if (!terminals[name]) {
      const words = [...inside, ...inTerminal(["sh", "-c", shell])];
      await (terminals[name] = stack.use(new Program(words))).until("$ ");
    }
    const [terminal, screen] = [terminals[name], screens[name]];
    if (awaited) {
      await wait(name, () => shown(name).slice(passed[name]).includes(text));
      continue;
    }
    if (screen) {
      const at = screen.indexOf(text, passed[name]);
      passed[name] = at + text.length;
      await wait(name, () => shown(name) === screen.slice(0, at).trimEnd());
    }
    const before = terminal.out;
    const all = Object.values(terminals).map(({ out }) => out).join("");
    const picked = all.match(/SendTo.*:(\d+) →/)?.[1] ?? "";
    const typed = text.replace("53122", picked).replace(/\b505(?=\d\b)/g, ports);
    await terminal.type(typed === "^C\n" ? "\x03" : typed);
    if (!/(\$|server:) $/.test(before)) continue; // nothing starts
    const command = `${before}${typed}`.split("$ ").at(-1)!;
    const says = () => /\n./.test(terminal.out.slice(before.length));
    await wait(name, () => says() || served(terminal.pid, command));
  }
  for (const name in screens) await wait(name, () => last(name) === screens[name]!.trimEnd());
}
