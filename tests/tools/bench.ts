// Measures the clients of the bare calls (bare.ts), of the scripts, and of the report's Python (where
// REPORT_DIR names it), in alternating rounds: medians, and those of the ratios to the bare calls. It
// takes Python 3, whose `resource` tells the memory.   deno task bench [ROUNDS]
import { Program } from "../support/chat.ts";
import { command, deno, type Protocol, protocols, type Script } from "../support/scripts.ts";
import { python, reportCommand, reportDir, reportFile } from "../support/system.ts";

const rounds = Number(Deno.args[0] ?? 21);
const turns = 10_000;
const kinds = ["bare", "script", "python"] as const;
type Kind = typeof kinds[number];
const titles = ["a turn, in microseconds", "from start to exit, in ms", "peak memory, in MiB"];

// Runs a program; says in the end its milliseconds and its peak memory in MiB.
const timed = `
import resource, subprocess, sys, time
begun = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
print((time.perf_counter() - begun) * 1000, file=sys.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, file=sys.stderr)`;

/** Starts one side of a chat, with `count` messages typed ahead in a pipe, and a pipe behind it. */
function begin(kind: Kind, script: Script, port: number, count: number): Program {
  const words = {
    bare: deno("tests/tools/bare.ts", [script, `${port}`, `${count}`]),
    script: command(script, ["--port", `${port}`]),
    python: script.endsWith("server") ? reportCommand(script) : [python!, "-u", reportFile(script)],
  }[kind];
  const answer = kind === "python" ? `echo ${port};` : "";
  const line = `{ ${answer} seq ${count}; echo exit; } | "$@" | cat >/dev/null`;
  return new Program(["sh", "-c", line, "sh", python!, "-c", timed, ...words]);
}

/** What `timed` says of a client that ends after `count` turns: its milliseconds, its memory. */
async function chat(kind: Kind, protocol: Protocol, count: number) {
  await using server = begin(kind, `${protocol}_server`, 0, count);
  const port = Number((await server.until("\n", "err")).match(/\d+/));
  await using client = begin(kind, `${protocol}_client`, port, count);
  await client.ended();
  const [time = 0, memory = 0] = client.err.split("\n").map(Number);
  if (!(memory > 0)) throw new Error(client.err);
  return [time, memory] as const;
}

const median = (all: number[]) => all.toSorted((a, b) => a - b)[all.length >> 1]!.toFixed(2);

for (const protocol of protocols) {
  const measured = kinds.slice(0, reportDir ? 3 : 2);
  const found = measured.map((kind) => ({ kind, all: [] as number[][] }));
  for (let round = 0; round < rounds; round++) {
    for (const { kind, all } of round % 2 ? found.toReversed() : found) {
      const [start, memory] = await chat(kind, protocol, 0);
      const [long] = await chat(kind, protocol, turns);
      all.push([(long - start) / turns * 1000, start, memory]);
    }
  }
  for (const [index, title] of titles.entries()) {
    console.log(`\n${protocol}_client: ${title}`);
    for (const { kind, all } of found) {
      const values = all.map((figures) => figures[index]!);
      const ratios = values.map((value, round) => value / found[0]!.all[round]![index]!);
      console.log(`${kind.padEnd(6)} ${median(values).padStart(8)} = ${median(ratios)} × bare`);
    }
  }
}
