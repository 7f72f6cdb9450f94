// Measures a turn, a start and its peak memory: of the scripts, of the bare calls (bare.ts), of the
// report's Python (where REPORT_DIR names it) and of an empty file. Each round runs all of them in
// turn; the table gives the best and the median of the rounds, and both as ratios to the base.
import { bareCommand, command, Program, protocols, python } from "../support/driver.ts";
import { reportCommand, reportDir, reportFile, type Script } from "../support/driver.ts";

type Kind = "script" | "bare" | "python";
const kinds: Kind[] = python && reportDir ? ["script", "bare", "python"] : ["script", "bare"];
const turns = 10_000;
const folder = Deno.makeTempDirSync();
const lines = (word: string, count: number) =>
  Array.from({ length: count }, (_, turn) => `${word} ${turn}`);

/** Starts one side with `typed` ahead of it in a pipe, and a pipe that is read behind it. */
function begin(kind: Kind, script: Script, port: number, typed: string[]): Program {
  const file = `${folder}/${script}_${kind}_${typed.length}`;
  Deno.writeTextFileSync(file, [...(kind === "python" ? [port] : []), ...typed, ""].join("\n"));
  const words = {
    script: [Deno.execPath(), ...command(script, ["--port", `${port}`])],
    bare: [Deno.execPath(), ...bareCommand(script, port)],
    python: kind === "python" ? reportCommand(script) : [],
  }[kind];
  return new Program("sh", ["-c", `cat ${file} | "$@" | cat >/dev/null`, "sh", ...words]);
}

/** Plays `count` turns through pipes; gives the milliseconds from the client's start to its end. */
async function chat(kind: Kind, protocol: "tcp" | "udp", count: number): Promise<number> {
  await using server = begin(kind, `${protocol}_server`, 0, lines("balas", count));
  if (kind !== "bare") await server.until(kind === "script" ? "sistem: " : "bound ", "err");
  const port = Number(await server.until("\n", "err"));
  const begun = performance.now();
  const typed = [...lines("pesan", count), "exit"];
  await using client = begin(kind, `${protocol}_client`, port, typed);
  await client.status;
  const time = performance.now() - begun;
  if (await server.status !== 0) throw new Error(server.err);
  return time;
}

// Starts a program with one line typed ahead; prints its milliseconds, and its peak memory in MiB.
const timed = `
import os, subprocess, sys, time
begun = time.perf_counter()
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
child.stdin.write(sys.argv[1].encode())
child.stdin.close()
_, status, used = os.wait4(child.pid, 0)
print((time.perf_counter() - begun) * 1000, used.ru_maxrss / 1024, status)
`;

/** The milliseconds and the peak memory in MiB of a program that ends by itself. */
async function once(typed: string, words: string[]): Promise<[number, number]> {
  const { stdout } = await new Deno.Command(python!, { args: ["-c", timed, typed, ...words] })
    .output();
  const [time, memory, status] = new TextDecoder().decode(stdout).split(" ").map(Number);
  if (status !== 0) throw new Error(`${words.join(" ")}: ${status}`);
  return [time!, memory!];
}

const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
const rows = [["what", "of", "unit", "best", "median", "ratio to", "of the best", "median ratio"]];

/** Plays `rounds` in which each of `measures` takes its turn, and adds the rows of their results. */
async function compare(
  what: string[],
  units: string[],
  base: string,
  rounds: number,
  measures: Record<string, () => Promise<number[]>>,
): Promise<void> {
  const names = Object.keys(measures);
  const results: Record<string, number[][]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // None is always the first.
    for (const at of names.keys()) {
      const name = names[(at + round) % names.length]!;
      results[name]!.push(await measures[name]!());
    }
  }
  for (const [index, unit] of units.entries()) {
    const column = (name: string) => results[name]!.map((values) => values[index]!);
    for (const name of names) {
      const [own, other] = [column(name), column(base)];
      const ratios = own.map((value, round) => value / other[round]!);
      const numbers = [Math.min(...own) / Math.min(...other), median(ratios)];
      const ratio = name === base ? ["", "", ""] : [base, ...numbers.map((n) => n.toFixed(2))];
      rows.push([
        what[index]!,
        name,
        unit,
        ...[Math.min(...own), median(own)].map((n) => n.toFixed(1)),
        ...ratio,
      ]);
    }
  }
}

for (const protocol of protocols) {
  // A long chat without a short one: start-up apart.
  const turn = (kind: Kind) => async () => {
    const short = await chat(kind, protocol, 1);
    return [(await chat(kind, protocol, 1 + turns) - short) / turns * 1_000];
  };
  const measures = Object.fromEntries(kinds.map((kind) => [kind, turn(kind)]));
  await compare([`${protocol}: a turn`], ["µs"], "bare", 11, measures);
}

if (python) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const connection of listener) connection.readable.pipeTo(new WritableStream());
  })();
  const { port } = listener.addr;
  const bare = bareCommand("tcp_client", port);
  const empty = bare.with(bare.indexOf("tests/tools/bare.ts"), "data:application/typescript,");
  const measures: Record<string, () => Promise<number[]>> = {
    script: () => once("exit\n", [Deno.execPath(), ...command("tcp_client", ["-p", `${port}`])]),
    bare: () => once("exit\n", [Deno.execPath(), ...bare]),
    empty: () => once("exit\n", [Deno.execPath(), ...empty]),
  };
  if (reportDir) {
    measures.python = () => once(`${port}\nexit\n`, [python!, reportFile("tcp_client")]);
  }
  const what = ["tcp: a chat that is one exit", "tcp: its peak memory"];
  await compare(what, ["ms", "MiB"], "empty", 41, measures);
  listener.close();
}

const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
for (const row of rows) {
  console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
}
Deno.removeSync(folder, { recursive: true });
