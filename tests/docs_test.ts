import { assert, assertEquals } from "@std/assert";
import { command, Program, root, run } from "./support/driver.ts";
import { chat, picture } from "./tools/picture.ts";
import { experiments, lacking, play } from "./support/transcript.ts";

const read = (name: string) => Deno.readTextFileSync(new URL(name, root));
const readmes = ["README.md", "README.id.md"] as const;
const sheets = ["docs/experiments.md", "docs/percobaan.md"] as const;

// Some at a time: most of a run is waiting, and they do not disturb each other.
Deno.test("the documents: the terminals show what they say", async (test) => {
  const all = [readmes[0], sheets[0]].flatMap((name) => [...experiments(read(name))]);
  assertEquals(all.length, 19);
  const next = async () => {
    for (const [heading, experiment] of all.splice(0, 1)) {
      const lack = lacking(experiment);
      const name = `${heading}${lack ? ` (skipped: no ${lack})` : ""}`;
      const together = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
      const fn = () => play(experiment);
      await test.step({ name, ignore: lack !== undefined, fn, ...together });
      await next();
    }
  };
  await Promise.all([next(), next(), next(), next(), next()]);
});

for (const [english, indonesian] of [readmes, sheets]) {
  Deno.test(`${english} and ${indonesian}: the same headings, commands, steps and tables`, () => {
    const shape = (name: string) => {
      const text = read(name);
      return {
        headings: [...text.matchAll(/^#+(?= )/gm)].map(([level]) => level),
        blocks: [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([block]) => block),
        steps: [...experiments(text).values()],
        // In backquotes words stay as they are: they are no translation.
        commands: [...text.replace(/^```[^]*?^```$|^\|.*/gm, "").matchAll(/`([^`]+)`/g)]
          .map(([, code]) => code!.replace(/\s+/g, " ")).sort(),
        places: [...text.matchAll(/\]\(\.\.\/(\w+\.ts#L\d+)\)/g)].map(([, place]) => place),
        tables: text.match(/(?:^\|.*\n)+/gm)?.map((table) => table.replace(/[^|\n]/g, "")),
        names: [...text.matchAll(/^\| ((?:`[^|]*`|\d+) )/gm)].map(([, name]) => name!.trim()),
        folds: text.match(/<\/?\w+>/g),
      };
    };
    assertEquals(shape(indonesian), shape(english));
    assert(read(english).includes(`](${indonesian.replace("docs/", "")})`));
    assert(read(indonesian).includes(`](${english.replace("docs/", "")})`));
  });
}

/** The anchor that a page gives the heading `text`. */
const anchor = (text: string) =>
  text.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");

for (const name of [...readmes, ...sheets]) {
  const text = read(name);

  Deno.test(`${name}: every task, file, line and relative link that it names is there`, () => {
    const { tasks } = JSON.parse(read("deno.json"));
    for (const [, task] of text.matchAll(/\bdeno(?:@\S+)? task ([\w:]+)/g)) {
      assert(task! in tasks, task);
    }
    for (const [, file] of text.matchAll(/\b(?<!\.\.\/)((?:\w+\/)*\w+\.(?:ts|json|lock))\b/g)) {
      Deno.statSync(new URL(file!, root));
    }
    for (const [, link] of text.matchAll(/\]\((?!\w+:)([^)]*)\)/g)) {
      const [path, id] = link!.split("#") as [string, string?];
      const there = Deno.readTextFileSync(
        new URL(path || name.replace(/.*\//, ""), new URL(name, root)),
      );
      const ids = [...there.matchAll(/^#+ (.*)/gm)].map(([, heading]) => anchor(heading!));
      assert(!id || /^L\d+$/.test(id) || ids.includes(id), link);
    }
    for (const [, file, line, code] of text.matchAll(/\[(\w+\.ts), \w+ (\d+)\]\S+\s+`([^`]*)`/g)) {
      assert(read(file!).split("\n")[Number(line) - 1]!.includes(code!), `${file}: ${code}`);
    }
  });
}

for (const name of readmes) {
  Deno.test(`${name}: at most 240 lines, and the two commands first, the usage's options`, async () => {
    assert(read(name).trimEnd().split("\n").length <= 240);
    const blocks = [...read(name).matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, text]) => text);
    const commands = ["demo", "test"].map((task) => `npx -y deno@2.9.6 task ${task}\n`);
    assertEquals(blocks.slice(0, 2), commands);
    const named = [...read(name).matchAll(/^\| (?:`-\w`, )?`--(\w+)[^`]*` +\|/gm)];
    const { out } = await run("udp_client", ["--help"]);
    const told = [...out.matchAll(/^ +(?:-\w, )?--(\w+)/gm)];
    assertEquals(named.map(([, option]) => option), told.map(([, option]) => option));
  });
}

Deno.test("README: the demo shows both protocols and ends by itself", async () => {
  const begun = Date.now();
  const args = command("tcp_server").slice(0, -2); // the same flags, for another program
  await using demo = new Program(Deno.execPath(), [...args, "-A", "tests/tools/demo.ts"]);
  assertEquals(await demo.status, 0);
  assert(Date.now() - begun < 15_000); // some 1 where nothing else runs
  assertEquals(demo.err, "");
  for (const protocol of ["TCP", "UDP"]) {
    for (
      const line of ["server | [Client]: Halo dari client!", "client | [Client] Ketik pesan: exit"]
    ) {
      assert(demo.out.includes(`${protocol} ${line}\n`));
    }
  }
});

Deno.test("README: the lockfile locks what deno.json names", () => {
  const imports = Object.values<string>(JSON.parse(read("deno.json")).imports);
  const { version, workspace, specifiers } = JSON.parse(read("deno.lock"));
  assertEquals([version, workspace.dependencies], ["5", imports]);
  for (const name of imports) assert(name.replace("^", "").endsWith(specifiers[name]));
});

const pictureLack = lacking(chat!);
Deno.test({
  name: `README: the picture is that of a run of now${
    pictureLack ? ` (skipped: no ${pictureLack})` : ""
  }`,
  ignore: pictureLack !== undefined,
  async fn() {
    assertEquals(await picture(), read("docs/picture.svg"));
  },
});
