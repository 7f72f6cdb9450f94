// Measures a turn, a start and its peak memory: of an empty file, of the bare calls (bare.ts), of
// the scripts and of the report's Python (where REPORT_DIR names it). In each round all have their
// turn; a table gives the best and the median of the rounds, and the median of their ratios. It
// takes Python 3, whose `resource` tells the memory.
import { Program } from "../support/driver.ts";
import { command, deno, protocols, type Script } from "../support/scripts.ts";
import { python, reportCommand, reportDir, reportFile } from "../support/system.ts";

type Kind = "empty" | "bare" | "script" | "python";
const kinds: Kind[] = reportDir ? ["bare", "script", "python"] : ["bare", "script"];
const turns = 10_000;

// Runs a program; says in the end its milliseconds and its peak memory in MiB.
const timed = `
import resource, subprocess, sys, time
begun = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
print((time.perf_counter() - begun) * 1000, file=sys.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, file=sys.stderr)`;

/** Starts one side of a chat, with `count` numbers typed ahead in a pipe, and a pipe behind it. */
function begin(kind: Kind, script: Script, port: number, count: number): Program {
  const words = {
    empty: deno("data:application/typescript,"),
    bare: deno("tests/tools/bare.ts", [script, `${port}`]),
    script: command(script, ["--port", `${port}`]),
    python: script.endsWith("server") ? reportCommand(script) : [python!, "-u", reportFile(script)],
  };
  const answer = kind === "python" ? `echo ${port};` : "";
  const line = `{ ${answer} seq ${count}; echo exit; } | "$@" | cat >/dev/null`;
  return new Program(["sh", "-c", line, "sh", python!, "-c", timed, ...words[kind]]);
}

/** What `timed` says of a client, once it has ended. */
async function figures(client: Program): Promise<number[]> {
  await using _client = client;
  await client.status;
  const numbers = client.err.split("\n").map(Number);
  if (numbers.some(Number.isNaN)) throw new Error(client.err);
  return numbers;
}

/** The milliseconds from the start of a client to its end, `count` turns later. */
async function chat(kind: Kind, protocol: "tcp" | "udp", count: number): Promise<number> {
  await using server = begin(kind, `${protocol}_server`, 0, count);
  const port = Number((await server.until("\n", "err")).match(/\d+/));
  const [time] = await figures(begin(kind, `${protocol}_client`, port, count));
  await server.status;
  return time!;
}

const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;

type Measure = (kind: Kind) => Promise<number[]>;

/** Measures each of `kinds` in each of `rounds`; prints how each figure compares with the first's. */
async function compare(titles: string[], kinds: Kind[], rounds: number, measure: Measure) {
  const found = kinds.map((kind) => ({ kind, all: [] as number[][] }));
  for (const order = [...found]; rounds > 0; rounds--) {
    for (const { kind, all } of order) all.push(await measure(kind));
    order.push(order.shift()!); // none is always the first
  }
  for (const [index, title] of titles.entries()) {
    console.log(`\n${title}\n              best    median  / ${kinds[0]}`);
    for (const { kind, all } of found) {
      const values = all.map((figures) => figures[index]!);
      const ratios = values.map((value, round) => value / found[0]!.all[round]![index]!);
      const numbers = [Math.min(...values), median(values), median(ratios)];
      console.log(kind.padEnd(8), ...numbers.map((number) => number.toFixed(2).padStart(9)));
    }
  }
}

for (const protocol of protocols) {
  // A long chat without a short one: start-up apart.
  await compare([`${protocol}: a turn, in microseconds`], kinds, 11, async (kind) => {
    const short = await chat(kind, protocol, 1);
    return [(await chat(kind, protocol, 1 + turns) - short) / turns * 1_000];
  });
}

using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }); // its system lets clients in
const titles = ["tcp: a chat that is one exit, in milliseconds", "its peak memory, in MiB"];
const exit = (kind: Kind) => figures(begin(kind, "tcp_client", listener.addr.port, 0));
await compare(titles, ["empty", ...kinds], 41, exit);
