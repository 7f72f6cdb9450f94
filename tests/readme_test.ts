import { assert, assertEquals, assertMatch } from "@std/assert";
import { command, Program, reportDir, root, run } from "./support/driver.ts";
import { picture } from "./tools/picture.ts";
import { lacking, play, terminals } from "./support/transcript.ts";

const readme = Deno.readTextFileSync(new URL("README.md", root));
const indonesian = Deno.readTextFileSync(new URL("README.id.md", root));

for (const [heading, shown] of terminals(readme)) {
  const lack = shown.map((terminal) => lacking(terminal, reportDir)).find((name) => name);
  Deno.test({
    name: `README, ${heading}: the terminals show this${lack ? ` (skipped: no ${lack})` : ""}`,
    ignore: lack !== undefined,
    fn: () => play(shown, reportDir),
  });
}

Deno.test("README: begins with the two commands, each alone in its block", () => {
  const blocks = [...readme.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, text]) => text);
  assertEquals(blocks.slice(0, 2), [
    "npx -y deno@2.9.6 task demo\n",
    "npx -y deno@2.9.6 task test\n",
  ]);
});

Deno.test("README: every task and file that it names is there", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)));
  for (const [, name] of readme.matchAll(/\bdeno(?:@\S+)? task ([\w:]+)/g)) {
    assertMatch(Object.keys(tasks).join(), new RegExp(`(^|,)${name}(,|$)`));
  }
  for (const [, name] of readme.matchAll(/\b((?:\w+\/)*\w+\.(?:ts|json))\b/g)) {
    Deno.statSync(new URL(name!, root));
  }
});

Deno.test("README: the options are those of the usage", async () => {
  const [, table] = readme.match(/^## Options\n\n([^]*?)\n\n/m)!;
  const named = [...table!.matchAll(/--(\w+)/g)].map(([, name]) => name);
  const { out } = await run("udp_client", ["--help"]);
  assertEquals(named, [...out.matchAll(/^ +(?:-\w, )?--(\w+)/gm)].map(([, name]) => name));
});

Deno.test("README: the demo shows both protocols and ends by itself within 5 seconds", async () => {
  const begun = Date.now();
  const args = command("tcp_server").slice(0, -2); // the same flags, for another program
  await using demo = new Program(Deno.execPath(), [...args, "-A", "tests/tools/demo.ts"]);
  assertEquals(await demo.status, 0);
  assert(Date.now() - begun < 5_000);
  assertEquals(demo.err, "");
  for (const protocol of ["TCP", "UDP"]) {
    for (
      const line of [
        "server | [Client]: Halo dari client!",
        "client | [Server]: Halo juga, dari server.",
      ]
    ) {
      assert(demo.out.includes(`${protocol} ${line}\n`));
    }
    assert(demo.out.includes(`${protocol} client | [Client] Ketik pesan: exit\n`));
  }
});

Deno.test("README: the lockfile locks what deno.json names", () => {
  const read = (name: string) => JSON.parse(Deno.readTextFileSync(new URL(name, root)));
  const imports = Object.values(read("deno.json").imports);
  const lock = read("deno.lock");
  assertEquals(lock.version, "5");
  assertEquals(lock.workspace.dependencies, imports);
  for (const name of imports) {
    assert(`${name}`.replace("^", "").endsWith(lock.specifiers[`${name}`]));
  }
});

Deno.test("README and README.id: the same headings, commands, blocks and tables", () => {
  assert(readme.includes("(README.id.md)") && indonesian.includes("(README.md)"));
  const shape = (text: string) => ({
    headings: [...text.matchAll(/^#+(?= )/gm)].map(([level]) => level),
    blocks: [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([block]) => block),
    commands: new Set(
      [...text.matchAll(/`([^`\n]*\b(?:deno|tcpdump|npx|nc) [^`\n]*)`/g)].map(([, code]) => code),
    ),
    tables: [...text.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
      const rows = table.trim().split("\n");
      return `${rows.length} × ${rows[0]!.split("|").length - 2}`;
    }),
    names: [...text.matchAll(/^\| (`[^|]*`)/gm)].map(([, name]) => name!.trim()),
    figures: [...text.matchAll(/\d+\.\d+(?= *\|)/g)].map(([figure]) => figure),
  });
  // In code, words stay as they are: what stands in backquotes or a block is no translation.
  assertEquals(shape(indonesian), shape(readme));
});

const pictureLack = lacking({ line: "", screen: "" });
Deno.test({
  name: `README: the picture is that of a run of now${
    pictureLack ? ` (skipped: no ${pictureLack})` : ""
  }`,
  ignore: pictureLack !== undefined,
  async fn() {
    assertEquals(await picture(), Deno.readTextFileSync(new URL("docs/picture.svg", root)));
  },
});
