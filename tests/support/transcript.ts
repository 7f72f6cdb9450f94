/**
 * Plays the numbered steps of a document, such as docs/experiments.md, in real terminals, and
 * compares what these show with the screens below the steps. Nobody waits as a person would: keys
 * are pressed as soon as the programs in all terminals are at rest, waiting for what comes next.
 * @module
 */
import { assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { Program } from "./driver.ts";
import { flags } from "./scripts.ts";
import { freePort, inTerminal, output, python, reportDir } from "./system.ts";

// 1. A: `exit`    2. B: wait until `Halo` appears    3. B: Enter    4. A: Ctrl-C
const step =
  /^\d+\. (?<terminal>[ABC]):\s+(?:`(?<typed>.*)`|\w+ \w+ `(?<awaited>.*)`|Enter|(?<interrupt>Ctrl-C))/gm;
const screen = /^Terminal ([ABC]):\n\n```console\n([^]*?)\n```$/gm;

/** The sections of `markdown` that can be played: their steps, and the screens in the end. */
export function experiments(markdown: string) {
  return markdown.split(/^##+ /m).map((section) => ({
    heading: section.split("\n")[0]!,
    steps: [...section.matchAll(step)].map(({ groups }) => groups!),
    screens: [...section.matchAll(screen)].map(([, name, shown]) => [name!, shown!] as const),
  })).filter(({ steps }) => steps.length > 0);
}
export type Experiment = ReturnType<typeof experiments>[number];

/** The name of a test that plays an experiment, unless this machine lacks something for it. */
export function named({ heading, steps }: Experiment): { name: string; ignore: boolean } {
  const typed = JSON.stringify(steps);
  const needs = {
    "Linux": Deno.build.os === "linux", // /proc tells when the programs are at rest
    "Python 3": python,
    "REPORT_DIR": reportDir || !typed.includes("../report/"),
    "tcpdump and root": !typed.includes("tcpdump") ||
      (Deno.uid() === 0 && output("tcpdump", "--version")),
  };
  const lack = Object.entries(needs).find(([, there]) => !there);
  return { name: lack ? `${heading} (skipped: no ${lack[0]})` : heading, ignore: !!lack };
}

/** `text` of a document as it is typed and shown in a run whose port is `port`. */
function real(text: string, port: string): string {
  return text
    .replace(/\b500\d\b/g, port)
    .replace(/192\.168\.1\.\d+/g, "127.0.0.1")
    .replaceAll("../report/", `${reportDir}/`)
    .replace(/(?<=--timeout |selama )\d+/g, (seconds) => `${5 + Number(seconds) / 20}`) // sooner
    .replaceAll("or icmp", `or icmp[30:2] = ${port}`) // not what concerns other programs' ports
    .replace(/😀 × (\d+)/gu, (_, count) => "😀".repeat(count));
}

/** `screen` with every port that the system has picked as one and the same. */
const alike = (screen: string) => screen.replace(/\b[1-6]\d{4}\b/g, "53122").trimEnd();

/** A line for each thread of `processes` and of all below them: its state, how long it has run. */
function threads(processes: string[]): string {
  let lines = "";
  for (const id of processes) { // grows underway
    for (const { name } of Deno.readDirSync(`/proc/${id}/task`)) {
      const read = (file: string) => Deno.readTextFileSync(`/proc/${id}/task/${name}/${file}`);
      processes.push(...read("children").match(/\d+/g) ?? []);
      lines += read("stat").match(/\) (\w)/)![1] + read("schedstat");
    }
  }
  return lines;
}

/** Waits until all threads of `programs` sleep, for longer than Deno's caches do for a lock. */
async function rest(programs: Program[]): Promise<void> {
  for (let before = "";; await delay(150)) {
    try {
      const now = threads(programs.map(({ pid }) => `${pid}`));
      if (now === before && !/^[^S]/m.test(now)) return;
      before = now;
    } catch { /* one has just ended */ }
  }
}

// A person's shell, as far as the screens show it. `deno` is this one, with this run's packages.
const shell = `
deno() { sub=$1; shift; "${Deno.execPath()}" $sub --quiet ${flags.join(" ")} "$@"; }
python3() { "${python}" "$@"; }
export NO_COLOR=1
trap : INT
while printf '$ ' && read -r line; do eval "$line" || [ $? -lt 128 ] || echo; done`;

/** Plays an experiment; gives what each terminal shows in the end, with 5000 for the port. */
export async function record({ steps }: Experiment): Promise<Record<string, string>> {
  const port = `${freePort()}`;
  await using stack = new AsyncDisposableStack();
  const terminals: Record<string, Program> = {};
  for (const { terminal, typed, awaited, interrupt } of steps) {
    const program = terminals[terminal!] ??= stack.use(
      new Program(inTerminal(["sh", "-c", shell])),
    );
    await rest(Object.values(terminals));
    if (awaited) await program.until(real(awaited, port));
    else if (interrupt) await program.type("\x03");
    else {
      const screens = Object.values(terminals).map(({ out }) => out).join("");
      const [, picked = ""] = screens.match(/SendTo → Server .*:(\d+) →/) ?? [];
      await program.type(real(`${typed ?? ""}\n`.replace("53122", picked), port));
    }
  }
  await rest(Object.values(terminals));
  return Object.fromEntries(
    Object.entries(terminals).map(([terminal, { out }]) => {
      return [terminal, alike(out.replace(/\n\$ $/, "").replaceAll(port, "5000"))];
    }),
  );
}

/** Asserts that the terminals show what the document says. */
export async function play(experiment: Experiment): Promise<void> {
  const shown = await record(experiment);
  for (const [terminal, screen] of experiment.screens) {
    assertEquals(shown[terminal], alike(real(screen, "5000")), `terminal ${terminal}`);
  }
}
