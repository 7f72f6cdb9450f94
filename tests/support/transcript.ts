/**
 * Plays the terminals that a document shows, and compares what they show then with what it says.
 * @module
 */
import { assertEquals } from "@std/assert";
import { command, freePort, Program, type Script } from "./driver.ts";

/** A terminal in a document: its command line, and all that its screen shows behind it. */
export interface Terminal {
  line: string;
  screen: string;
}

/** The `console` blocks of `markdown`, by the headings that they stand under. */
export function terminals(markdown: string): Map<string, Terminal[]> {
  const found = new Map<string, Terminal[]>();
  for (const section of markdown.split(/^(?=##+ )/m)) {
    const blocks = [...section.matchAll(/^```console\n\$ (.*)\n([^]*?)^```$/gm)];
    if (blocks.length === 0) continue;
    const heading = section.slice(0, section.indexOf("\n")).replace(/^#+ /, "");
    found.set(heading, blocks.map(([, line, screen]) => ({ line: line!, screen: screen! })));
  }
  return found;
}

const prompt = /(?:Masukkan port server|\[Client\] Ketik pesan|\[Server\] Ketik balasan): /g;

/** Looks every 10 milliseconds, for `patience` milliseconds, whether `done` says yes. */
async function reached(done: () => boolean, patience = 15_000): Promise<void> {
  for (const begun = Date.now(); !done() && Date.now() < begun + patience;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a UDP socket, which says nothing by itself, is bound to `port` (on Linux). */
function bound(port: string): boolean {
  const hex = `:${Number(port).toString(16).toUpperCase().padStart(4, "0")} `;
  return Deno.readTextFileSync("/proc/net/udp").includes(hex);
}

/** What of `terminal` this machine lacks, undefined where it can be played. */
export function lacking({ line }: Terminal, report?: string): string | undefined {
  if (Deno.build.os !== "linux") return "Linux";
  if (line.includes("python3 ") && !report) return "REPORT_DIR";
  return line.match(/\b(?:python3|nc|ncat|socat|tcpdump)\b/g)?.find((program) =>
    !new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" }).outputSync()
      .success
  );
}

/** `text` with what differs from run to run made the same: ports of the system's, two computers. */
export function general(text: string, port = "5000"): string {
  return text.replaceAll(port, "5000").replace(/\b[1-6]\d{4}\b/g, "53122")
    .replace(/192\.168\.1\.\d+|0\.0\.0\.0/g, "127.0.0.1").trimEnd();
}

/**
 * Starts each terminal once the one before it is at rest, answers its prompts as it shows, presses
 * Ctrl-C where it shows `^C`; gives what each screen shows in the end. Port 5000 is a free one in
 * the run, a port of five digits one that the system picked, and other computers are this one.
 */
export async function record(shown: Terminal[], report?: string): Promise<string[]> {
  const port = `${freePort()}`;
  const slowly = shown.some(({ line }) => line.includes("sleep")); // a person takes a second to answer
  await using stack = new AsyncDisposableStack();
  const played: { program: Program; screen: () => string; wanted: string; drive: Promise<void> }[] =
    [];
  const picked = () =>
    played.map(({ program }) => program.out).join("\n").replaceAll(port, "").match(/\b[1-6]\d{4}\b/)
      ?.[0];
  for (const { line, screen: wanted } of shown) {
    if (/\b[1-6]\d{4}\b/.test(line)) await reached(() => picked() !== undefined);
    const real = line.replace(/\b[1-6]\d{4}\b/, () => picked()!)
      .replaceAll("5000", port)
      .replaceAll("sleep 1", "sleep 0.2")
      .replace(/192\.168\.1\.\d+/, "127.0.0.1")
      .replace(/python3 (\w+\.py)/, `exec python3 -u ${report}/$1`)
      .replace(
        /deno run --allow-net (\w+)\.ts/,
        (_, script) => `exec "${Deno.execPath()}" ${command(script as Script).join(" ")}`,
      );
    const program = stack.use(new Program("sh", ["-c", `exec 2>&1; ${real}`]));
    const typed = !/\|\s*deno/.test(line); // from a pipe nothing is typed, and nothing echoed
    const answers = typed
      ? [...wanted.matchAll(new RegExp(`(${prompt.source})(.*)\\n|^(.*?)\\^C`, "gm"))]
      : [];
    const screen = () => {
      const lines = answers.filter(([, question]) => question);
      return program.out.replace(prompt, (question) => {
        const answer = lines.shift()?.[2];
        return answer === undefined
          ? question
          : `${question}${answer}${answer === "^C" ? "" : "\n"}`;
      });
    };
    const drive = async () => {
      for (const [, question, answer, before] of answers) {
        await program.until(question ?? before!);
        if (slowly) await new Promise((resolve) => setTimeout(resolve, 800));
        if (!question || answer === "^C") program.kill("SIGINT");
        else await program.type(`${answer!.replaceAll("5000", port)}\n`);
      }
    };
    let over = false;
    program.status.then(() => over = true);
    played.push({ program, screen, wanted, drive: drive() });
    const udpServer = /udp_server|ServerUDP/.test(line);
    await reached(
      () => over || (udpServer ? bound(port) : /Menunggu|\[Client\] Ketik/.test(program.out)),
      2_000,
    );
  }
  for (const { screen, wanted, drive } of played) {
    await drive;
    await reached(() => general(screen(), port) === general(wanted));
  }
  return played.map(({ screen }) => general(screen(), port));
}

/** Asserts that `shown` shows what a run shows. */
export async function play(shown: Terminal[], report?: string): Promise<void> {
  assertEquals(await record(shown, report), shown.map(({ screen }) => general(screen)));
}
