// Plays what the documents tell, and looks up everything that they name.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Program, run } from "./support/chat.ts";
import { deno, read, root } from "./support/scripts.ts";
import { lack, output } from "./support/system.ts";
import { type Experiment, experiments, play } from "./support/transcript.ts";

const pairs = ["README", "docs/reading", "docs/experiments", "docs/homework"]
  .map((name) => [`${name}.md`, `${name}.id.md`] as const);
const documents = pairs.flat();

/** What `pattern` finds in `text`: its first group, where it has one. */
const find = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([all, group]) => group ?? all);

// The chat of docs/picture.svg, a drawing that is kept by hand.
const picture = `
## README: the picture's chat
1. A: \`deno run --allow-net tcp_server.ts --skema\`
2. A: \`5050\`
3. B: \`deno run --allow-net tcp_client.ts --skema\`
4. B: \`5050\`
5. B: \`Halo!\`, A: \`Hai 👋\`, B: \`exit\`

\`\`\`console
A$ deno run --allow-net tcp_server.ts --skema
Masukkan port server: 5050
Menunggu koneksi dari client...
Client → Connect → Server    127.0.0.1:53122 → 127.0.0.1:5050
Terhubung dengan ('127.0.0.1', 53122)
Client → Send → Server       5 byte
[Client]: Halo!
[Server] Ketik balasan: Hai 👋
Client ← Receive ← Server    8 byte
Client → Send → Server       4 byte
Client → Close ← Server

B$ deno run --allow-net tcp_client.ts --skema
Masukkan port server: 5050
Client → Connect → Server    127.0.0.1:53122 → 127.0.0.1:5050
[Client] Ketik pesan: Halo!
Client → Send → Server       5 byte
Client ← Receive ← Server    8 byte
[Server]: Hai 👋
[Client] Ketik pesan: exit
Client → Send → Server       4 byte
Client → Close ← Server
\`\`\`
`;

const rootOnly = /tcpdump|iptables/;

/** What this machine lacks for an experiment; empty where it can be played. */
function lacking({ steps }: Experiment): string {
  const typed = JSON.stringify(steps);
  if (Deno.build.os !== "linux") return "not Linux";
  if (lack.terminal) return lack.terminal;
  if (/(Server|Client)(TCP|UDP)\.py/.test(typed) && lack.report) return lack.report;
  if (rootOnly.test(typed) && lack.hosts) return lack.hosts;
  const tools = ["netstat", "tcpdump"].filter((name) => typed.includes(name));
  const missing = tools.find((name) => output("sh", "-c", `command -v ${name}`) === undefined);
  return missing ? `no ${missing}` : "";
}

/** Plays an experiment, in a network of its own where only root may do what it does. */
async function perform(experiment: Experiment) {
  if (!rootOnly.test(JSON.stringify(experiment.steps))) return await play(experiment);
  const words = ["unshare", "-n", "sh", "-c", "ip link set lo up && echo up && read line"];
  await using network = new Program(words);
  await network.until("up");
  await play(experiment, ["nsenter", `--net=/proc/${network.pid}/ns/net`]);
}

const together = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
Deno.test("the documents: the terminals show what they say", together, async (test) => {
  const sheets = ["README.md", "docs/experiments.md", "docs/homework.md"].map(read);
  const played = [picture, ...sheets].flatMap(experiments);
  assertEquals(played.length, 2 + find(sheets.join("\n"), /^Predict: /gm).length);
  const queue = played.values();
  const player = async () => {
    for (const one of queue) {
      const lacks = lacking(one);
      const name = one.heading + (lacks && ` (skipped: ${lacks})`);
      await test.step({ name, ignore: lacks !== "", fn: () => perform(one) });
    }
  };
  // Five at a time: most of a run is waiting, and they do not disturb each other.
  await Promise.all(Array.from({ length: 5 }, player));
});

Deno.test("README: the picture has the words of its chat, however they are wrapped", () => {
  const words = (text: string) => text.trim().split(/\s+/).join(" ");
  const rows = find(read("docs/picture.svg"), /<text[^>]*>(.*)<\/text>/g).join(" ");
  const drawn = rows.replace(/<[^>]*>/g, "").replace(/&gt;|&#62;/g, ">").replace(
    /&amp;|&#38;/g,
    "&",
  );
  const [chat] = experiments(picture);
  for (const screen of Object.values(chat!.screens)) {
    assert(words(drawn).includes(words(screen)), `${words(screen)}\n${words(drawn)}`);
  }
});

Deno.test("README: the picture's lines of Deno are those of tcp_client.ts", () => {
  const bare = (text: string) => text.replace(/\s/g, "");
  const rows = find(read("docs/picture.svg"), /class="deno">(.*)<\/text>/g);
  const lines = rows.join("").replace(/Deno$/, "").split(/(?<=;)/); // the last row is a heading
  for (const line of lines) assert(bare(read("tcp_client.ts")).includes(bare(line)), line);
});

for (const [english, indonesian] of pairs) {
  Deno.test(`${english} and ${indonesian}: the same headings, commands, steps and tables`, () => {
    const shape = (text: string) => ({
      headings: find(text, /^#+(?= )/gm),
      numbers: find(text, /^#+ (\d+)\./gm),
      blocks: find(text, /^```\w*\n[^]*?^```$/gm),
      steps: experiments(text).map(({ steps }) => steps),
      // In backquotes words stay as they are: they are no translation.
      commands: find(text.replace(/^```[^]*?^```$|^\|.*/gm, ""), /`[^`]+`/g)
        .map((code) => code.replace(/\s+/g, " ")).sort(),
      places: find(text, /\]\(\.\.\/\w+\.ts\)/g),
      tables: find(text, /(?:^\|.*\n)+/gm).map((table) => table.replace(/[^|\n]/g, "")),
      names: find(text, /^\| (`[^|]*`|\d+) /gm),
      folds: find(text, /<\/?\w+>/g),
    });
    assertEquals(shape(read(indonesian)), shape(read(english)));
    assert(read(english).includes(`](${indonesian.replace("docs/", "")})`));
    assert(read(indonesian).includes(`](${english.replace("docs/", "")})`));
  });
}

/** The anchors of the headings of `text`, as a page gives them. */
const anchors = (text: string) =>
  find(text.toLowerCase(), /^#+ (.*)/gm)
    .map((heading) => heading.replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));

for (const name of documents) {
  Deno.test(`${name}: every task, test, file, place and relative link that it names is there`, () => {
    const text = read(name);
    const { tasks } = JSON.parse(read("deno.json"));
    for (const task of find(text, /\bdeno(?:@\S+)? task (?:-q )?([\w:]+)/g)) {
      assert(task in tasks, task);
    }
    for (const file of find(text, /\b(?<!\.\.\/)((?:\w+\/)*\w+\.(?:ts|json|lock))\b/g)) read(file);
    for (const link of find(text, /\]\((?!\w+:)([^)]*)\)/g)) {
      const { pathname, hash } = new URL(link, new URL(name, root));
      const there = read(pathname);
      assert(!hash || anchors(there).includes(hash.slice(1)), link);
    }
    // A test is quoted as _words of its name_ in `tests/its_test.ts`.
    for (const [all, words, file] of text.matchAll(/_([^`]+)_ (?:in|di)\s+`(tests\/\w+\.ts)`/g)) {
      assert(read(file!).includes(words!.replace(/\s+/g, " ")), all);
    }
    const place = /\[(\w+\.ts)(?:, `(py [\d-]+)`)?\]\(\S+\s+`([^`]*)`/g;
    for (const [all, file, mark = "", code] of text.matchAll(place)) {
      const lines = read(file!).split("\n").filter((line) => line.includes(`// ${mark}:`) || !mark);
      assert(lines.some((line) => line.includes(code!)), all);
    }
  });
}

for (const name of pairs[0]!) {
  Deno.test(`${name}: the two commands come first, the options are those of --help`, async () => {
    const text = read(name);
    const [commands] = find(text, /^```\w*\n([^]*?)^```$/gm);
    assertEquals(commands, "npx -y deno@2.9.6 task demo\nnpx -y deno@2.9.6 task test\n");
    const { out } = await run("udp_client", ["--help"]);
    const named = find(text, /^\| (?:`-h`, )?`--(\w+)[^`]*` +\|/gm);
    assertEquals(named, find(out, /^ +(?:-h, )?--(\w+)/gm));
  });
}

Deno.test("README: the demo shows both protocols, and ends", async () => {
  await using demo = new Program(deno("tests/tools/demo.ts", [], ["-A"]));
  assertEquals([await demo.ended(), demo.err], [0, ""]);
  assert(!demo.out.includes("\x1b"));
  const [, ...parts] = demo.out.split(/^(?:TCP|UDP): .*\n/m);
  assertEquals(parts.length, 2);
  for (const part of parts) {
    assertMatch(part, /^client \| Client → Send(To)? → Server +17 byte/m);
    assertMatch(part, /^server \| \[Client\]: Halo dari client!$/m);
    assertMatch(part, /^client \| \[Client\] Ketik pesan: exit$/m);
  }
  assertMatch(parts[1]!, /\n\nSekarang giliran Anda: .*\n$/);
});
