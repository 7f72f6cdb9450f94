// Plays what the documents tell, and looks up every file, task, place and link that they name.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Program, run } from "./support/chat.ts";
import { deno, read, root } from "./support/scripts.ts";
import { chat, picture } from "./tools/picture.ts";
import { experiments, named, play } from "./support/transcript.ts";

const readmes = ["README.md", "README.id.md"] as const;
const sheets = ["docs/experiments.md", "docs/percobaan.md"] as const;

/** What `pattern` finds in `text`: its first group, where it has one. */
const find = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([all, group]) => group ?? all);

const together = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
Deno.test("the documents: the terminals show what they say", together, async (test) => {
  const all = [readmes[0], sheets[0]].flatMap((name) => experiments(read(name)));
  assertEquals(all.length, 25);
  const queue = all.values();
  const player = async () => {
    for (const one of queue) await test.step({ ...named(one), fn: () => play(one) });
  };
  // Five at a time: most of a run is waiting, and they do not disturb each other.
  await Promise.all(Array.from({ length: 5 }, player));
});

for (const [english, indonesian] of [readmes, sheets]) {
  Deno.test(`${english} and ${indonesian}: the same headings, commands, steps and tables`, () => {
    const shape = (text: string) => ({
      headings: find(text, /^#+(?= )/gm),
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

for (const name of [...readmes, ...sheets]) {
  Deno.test(`${name}: every task, file, place and relative link that it names is there`, () => {
    const text = read(name);
    const { tasks } = JSON.parse(read("deno.json"));
    for (const task of find(text, /\bdeno(?:@\S+)? task ([\w:]+)/g)) assert(task in tasks, task);
    for (const file of find(text, /\b(?<!\.\.\/)((?:\w+\/)*\w+\.(?:ts|json|lock))\b/g)) read(file);
    for (const link of find(text, /\]\((?!\w+:)([^)]*)\)/g)) {
      const { pathname, hash } = new URL(link, new URL(name, root));
      const there = read(pathname);
      assert(!hash || anchors(there).includes(hash.slice(1)), link);
    }
    const place = /\[(\w+\.ts)(?:, `(py [\d-]+)`)?\]\(\S+\s+`([^`]*)`/g;
    for (const [all, file, mark = "", code] of text.matchAll(place)) {
      const lines = read(file!).split("\n").filter((line) => line.includes(`// ${mark}:`) || !mark);
      assert(lines.some((line) => line.includes(code!)), all);
    }
  });
}

for (const name of readmes) {
  Deno.test(`${name}: the two commands come first, the options are those of --help`, async () => {
    const text = read(name);
    const [commands] = find(text, /^```\w*\n([^]*?)^```$/gm);
    assertEquals(commands, "npx -y deno@2.9.6 task demo\nnpx -y deno@2.9.6 task test\n");
    const { out } = await run("udp_client", ["--help"]);
    const named = find(text, /^\| (?:`-h`, )?`--(\w+)[^`]*` +\|/gm);
    assertEquals(named, find(out, /^ +(?:-h, )?--(\w+)/gm));
  });
}

Deno.test("README: the demo shows both protocols, and ends", { timeout: 15_000 }, async () => {
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

Deno.test({
  ...named(chat!),
  fn: async () => assertEquals(await picture(), read("docs/picture.svg")),
});
