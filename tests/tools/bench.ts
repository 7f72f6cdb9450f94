// Measures a turn, a start and its peak memory: of the scripts, of the bare calls (bare.ts), of the
// report's Python (where REPORT_DIR names it) and of an empty file. Each round runs all of them in
// turn; the tables give the best and the median of the rounds, and the median of their ratios.
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

/** Plays `rounds` in which each of `measures` takes its turn; prints what each value came to. */
async function compare(
  values: string[],
  base: string,
  rounds: number,
  measures: Record<string, () => Promise<number[]>>,
): Promise<void> {
  const names = Object.keys(measures);
  const all: Record<string, number[]>[] = [];
  for (let round = 0; round < rounds; round++) {
    all.push({});
    for (const at of names.keys()) { // none is always the first
      const name = names[(at + round) % names.length]!;
      all[round]![name] = await measures[name]!();
    }
  }
  for (const [index, value] of values.entries()) {
    console.log(`\n${value}`);
    console.table(Object.fromEntries(names.map((name) => {
      const own = all.map((round) => round[name]![index]!);
      const ratios = all.map((round) => round[name]![index]! / round[base]![index]!);
      const numbers = {
        best: Math.min(...own),
        median: median(own),
        [`/ ${base}`]: median(ratios),
      };
      return [name, Object.fromEntries(Object.entries(numbers).map(([k, n]) => [k, n.toFixed(2)]))];
    })));
  }
}

for (const protocol of protocols) {
  // A long chat without a short one: start-up apart.
  const turn = (kind: Kind) => async () => {
    const short = await chat(kind, protocol, 1);
    return [(await chat(kind, protocol, 1 + turns) - short) / turns * 1_000];
  };
  const measures = Object.fromEntries(kinds.map((kind) => [kind, turn(kind)]));
  await compare([`${protocol}: a turn, in microseconds`], "bare", 11, measures);
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
(async () => {
  for await (const connection of listener) connection.readable.pipeTo(new WritableStream());
})();
const { port } = listener.addr;
const bare = bareCommand("tcp_client", port);
const empty = bare.with(bare.indexOf("tests/tools/bare.ts"), "data:application/typescript,");
const starts: Record<string, () => Promise<number[]>> = {
  script: () => once("exit\n", [Deno.execPath(), ...command("tcp_client", ["-p", `${port}`])]),
  bare: () => once("exit\n", [Deno.execPath(), ...bare]),
  empty: () => once("exit\n", [Deno.execPath(), ...empty]),
};
if (reportDir) starts.python = () => once(`${port}\nexit\n`, [python!, reportFile("tcp_client")]);
const chatOfOne = "tcp: a chat that is one exit";
await compare([`${chatOfOne}, in milliseconds`, "its peak memory, in MiB"], "empty", 41, starts);
listener.close();
Deno.removeSync(folder, { recursive: true });
