// Measures a turn, a start and the peak memory: of the scripts, of the bare calls, of the report's
// Python (where REPORT_DIR names it). Each round runs all of them in turn; the table gives medians,
// and the least, median and greatest ratio of the rounds.
import {
  bareCommand,
  command,
  freePort,
  Program,
  protocols,
  python,
  reportCommand,
} from "../support/driver.ts";
import { reportDir, type Script } from "../support/driver.ts";

type Kind = "script" | "bare" | "python";
const kinds: Kind[] = python && reportDir ? ["script", "bare", "python"] : ["script", "bare"];
const turns = 10_000;
const folder = Deno.makeTempDirSync();

/** The shell words that run one side at `port`, or with the port 0 that a server chooses. */
function words(kind: Kind, script: Script, port: number): string[] {
  if (kind === "python") return reportCommand(script);
  if (kind === "bare") return [Deno.execPath(), ...bareCommand(script, port)];
  return [Deno.execPath(), ...command(script, ["--port", `${port}`])];
}

/** Starts one side with `lines` ahead of it in a pipe, and a pipe that is read behind it. */
function begin(kind: Kind, script: Script, port: number, lines: string[]): Program {
  const file = `${folder}/${script}_${kind}_${lines.length}`;
  Deno.writeTextFileSync(file, [...(kind === "python" ? [port] : []), ...lines, ""].join("\n"));
  const line = words(kind, script, port).map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(
    " ",
  );
  return new Program("sh", ["-c", `cat ${file} | ${line} | cat >/dev/null`]);
}

/** Plays `turns` through pipes; gives the milliseconds from the client's start to its end. */
async function chat(kind: Kind, protocol: "tcp" | "udp", turns: number): Promise<number> {
  const lines = (word: string) => Array.from({ length: turns }, (_, turn) => `${word} ${turn}`);
  await using server = begin(kind, `${protocol}_server`, 0, lines("balas"));
  if (kind !== "bare") await server.until(kind === "script" ? "sistem: " : "bound ", "err");
  const port = Number(await server.until("\n", "err"));
  const begun = performance.now();
  await using client = begin(kind, `${protocol}_client`, port, [...lines("pesan"), "exit"]);
  await client.status;
  const time = performance.now() - begun;
  if (await server.status !== 0) throw new Error(server.err);
  return time;
}

/** The microseconds of a turn: those of a long chat without those of a short one, start-up apart. */
async function turn(kind: Kind, protocol: "tcp" | "udp"): Promise<number> {
  const short = await chat(kind, protocol, 1);
  return (await chat(kind, protocol, 1 + turns) - short) / turns * 1_000;
}

/** Runs a program that ends by itself; gives the milliseconds, and its peak memory in MiB. */
async function once(program: string, args: string[]): Promise<[number, number]> {
  const wrapper =
    "import os,subprocess,sys; p=subprocess.Popen(sys.argv[1:],stdin=subprocess.DEVNULL," +
    "stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL); print(os.wait4(p.pid,0)[2].ru_maxrss)";
  const begun = performance.now();
  await new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).output();
  const time = performance.now() - begun;
  if (!python || Deno.build.os !== "linux") return [time, NaN];
  const { stdout } = await new Deno.Command(python, { args: ["-c", wrapper, program, ...args] })
    .output();
  return [time, Number(new TextDecoder().decode(stdout)) / 1024];
}

/** `all` beginning at another one each round, so that none is always the first. */
const inTurn = <T>(all: T[], round: number) =>
  all.map((_, index) => all[(index + round) % all.length]!);

const median = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
const rows: string[][] = [[
  "what",
  "of",
  "unit",
  "median",
  "ratio to",
  "median",
  "least",
  "greatest",
]];

/** Adds the rows of one measure: `rounds[i][name]` is what round i gave for `name`. */
function report(what: string, unit: string, base: string, rounds: Record<string, number>[]): void {
  for (const name of Object.keys(rounds[0]!).toSorted().toReversed()) {
    const values = rounds.map((round) => round[name]!);
    const ratios = rounds.map((round) => round[name]! / round[base]!);
    const [least, greatest] = [Math.min(...ratios), Math.max(...ratios)];
    const numbers = name === base
      ? ["", "", "", ""]
      : [base, ...[median(ratios), least, greatest].map((n) => n.toFixed(2))];
    rows.push([what, name, unit, median(values).toFixed(1), ...numbers]);
  }
}

for (const protocol of protocols) {
  const time: Record<string, number>[] = [];
  for (let round = 0; round < 21; round++) {
    time.push({});
    for (const kind of inTurn(kinds, round)) time[round]![kind] = await turn(kind, protocol);
  }
  report(`${protocol}: a turn`, "µs", "bare", time);
}

const closed = `${freePort()}`;
const bare = bareCommand("tcp_client", Number(closed));
const file = bare.indexOf("tests/tools/bare.ts");
const starts: Record<string, [string, string[]]> = {
  script: [Deno.execPath(), command("tcp_client", ["--port", closed])],
  bare: [Deno.execPath(), bare],
  empty: [Deno.execPath(), bare.with(file, "data:text/javascript,")],
};
if (kinds.includes("python")) {
  starts.python = ["sh", ["-c", `echo ${closed} | ${python} ${reportDir}/ClientTCP.py`]];
}
const time: Record<string, number>[] = [];
const memory: Record<string, number>[] = [];
for (let round = 0; round < 51; round++) {
  time.push({});
  memory.push({});
  for (const [name, [program, args]] of inTurn(Object.entries(starts), round)) {
    [time[round]![name], memory[round]![name]] = await once(program, args);
  }
}
report("tcp: start to a refused connection", "ms", "empty", time);
report("tcp: peak of that", "MiB", "empty", memory);

const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
for (const row of rows) {
  console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
}
Deno.removeSync(folder, { recursive: true });
