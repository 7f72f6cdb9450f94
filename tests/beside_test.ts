import { assert, assertEquals, assertMatch } from "@std/assert";
import { reportDir, root } from "./support/driver.ts";
import { lacking, Page } from "./support/browser.ts";

const pairs = [["ServerTCP", "tcp_server"], ["ClientTCP", "tcp_client"]]
  .concat([["ServerUDP", "udp_server"], ["ClientUDP", "udp_client"]]) as [string, string][];
const pairing = /\/\/ py (?:\d+-)?(\d+):[^;]*(?:; *)?/;
const read = (path: string | URL) => Deno.readTextFileSync(path);
const lines = (script: string) => read(new URL(`${script}.ts`, root)).trimEnd().split("\n");

/** The report's program; without the report, one with as many lines as its twin needs. */
function python([name, script]: [string, string]): string {
  if (reportDir) return read(new URL(`${reportDir}/${name}.py`, root));
  const last = lines(script).findLast((line) => pairing.test(line))!;
  return "baris = 1\n".repeat(Number(last.match(pairing)![1]));
}

/** A copy of what the page is made of, with the report in `laporan` and a page of before. */
function copy() {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  for (const name of ["docs", "laporan"]) Deno.mkdirSync(`${folder}/${name}`);
  const files = ["deno.json", "deno.lock", "README.id.md", "docs/beside.ts", "docs/beside.css"];
  for (const file of [...files, ...pairs.map(([, script]) => `${script}.ts`)]) {
    Deno.copyFileSync(new URL(file, root), `${folder}/${file}`);
  }
  for (const pair of pairs) Deno.writeTextFileSync(`${folder}/laporan/${pair[0]}.py`, python(pair));
  Deno.writeTextFileSync(`${folder}/beside.html`, "lama");
  const make = (...args: string[]) => {
    const options = { args: ["task", "-q", "beside", ...args], cwd: folder };
    const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), options).outputSync();
    return [code, ...[stdout, stderr].map((bytes) => new TextDecoder().decode(bytes))];
  };
  const dispose = () => Deno.removeSync(folder, { recursive: true });
  return { folder, make, [Symbol.dispose]: dispose };
}

type Change = (text: string) => string | undefined;
const changes: [file: string, change: Change, says: RegExp][] = [
  ["laporan/ServerUDP.py", () => undefined, /^laporan.ServerUDP.py: tidak ditemukan$/],
  ["laporan/ClientTCP.py", (text) => text.replace(/.*\n/, ""), /y: 12 baris .* sampai 13$/],
  ["laporan/ClientTCP.py", () => "", /y: 0 baris .* sampai 13$/],
  ["laporan/ClientTCP.py", (text) => `${text}x = 1`, /y: 14 baris .* sampai 13$/],
  ["udp_client.ts", (text) => text.replace("py 1:", "py 0:"), /^udp_client.ts:\d+: py 0 di luar/],
  ["udp_client.ts", (text) => text.replace("py 2:", "py 9:"), /^udp_client.ts:\d+: py 9 di luar/],
  ["tcp_client.ts", (text) => text.replace("py 3:", "py 3-2:"), /^tcp_client.ts:\d+: py 3 di luar/],
  ["README.id.md", () => "", /^README.id.md: tabel "Panggilan demi panggilan" tidak ditemukan$/],
];
for (const [file, change, says] of changes) {
  Deno.test(`beside: over ${file} it says ${says.source}, and the page of before stays`, () => {
    using project = copy();
    const text = change(read(`${project.folder}/${file}`));
    if (text === undefined) Deno.removeSync(`${project.folder}/${file}`);
    else Deno.writeTextFileSync(`${project.folder}/${file}`, text);
    const [code, out, err] = project.make("laporan");
    assertEquals([code, out], [1, ""]);
    assertMatch(`${err}`, /^[^\n]+\n$/);
    assertMatch(`${err}`.trimEnd(), says);
    assertEquals(read(`${project.folder}/beside.html`), "lama");
    assertEquals([...Deno.readDirSync(project.folder)].filter(({ name }) => /new/.test(name)), []);
  });
}

Deno.test("beside: a folder that is none, not there or not named is told in one line", () => {
  using project = copy();
  assertEquals(project.make("tiada"), [1, "", "tiada: tidak ditemukan\n"]);
  assertMatch(project.make("deno.json").join(), /^1,,deno.json: .+\n$/);
  assertEquals(project.make(), [1, "", "Pemakaian: deno task beside FOLDER\n"]);
});

/** The page of a class's own version: a file from Windows, with markup and blank lines. */
function own() {
  const project = copy();
  const path = `${project.folder}/laporan/ServerTCP.py`;
  const text = read(path).replace(
    /.*\n/,
    `# <script>document.title = "x"</script></table>&lt;\n\n`,
  );
  Deno.writeTextFileSync(path, `\uFEFF${text.replaceAll("\n", "\r\n")}`);
  const file = Deno.realPathSync(project.folder + "/beside.html");
  assertEquals(project.make("laporan"), [0, `Halaman ditulis: ${file}\n`, ""]);
  return { ...project, file };
}

Deno.test("beside: code is data", () => {
  using project = own();
  const html = read(project.file);
  assert(html.includes("&lt;/table&gt;&amp;lt;</span></code>") && !html.includes("<script"));
});

// What a reader sees, measured in the page.
const look = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (selector) => all(selector).filter((one) => one.checkVisibility());
  const texts = (selector) => seen(selector).map((one) => one.textContent);
  const boxes = ["th", "td"].map((side) => seen(".pair " + side)[0].getBoundingClientRect());
  const plain = (cell) => getComputedStyle(cell).backgroundColor === "rgba(0, 0, 0, 0)";
  return {
    sides: [texts("th code"), texts("td .line > code")],
    sentences: texts("details p"),
    marked: all(".pair :is(th, tr:not(.beyond) td)").filter((cell) => !plain(cell)).length,
    stacked: boxes[0].bottom <= boxes[1].top,
    fits: document.documentElement.scrollWidth <= innerWidth,
    dark: getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)",
    foreign: [document.title, document.scripts.length, performance.getEntriesByType("resource").length],
  };
})()`;

Deno.test({
  name: `beside: the page in a browser${lacking ? ` (skipped: ${lacking})` : ""}`,
  ignore: lacking !== undefined,
  async fn(test) {
    using project = own();
    await using page = await Page.open(`file://${project.file}`);
    const scripts = pairs.flatMap(([, script]) => lines(script));
    const pythons = pairs.flatMap(([name]) =>
      read(`${project.folder}/laporan/${name}.py`).replace("\uFEFF", "").trimEnd().split(/\s*\n/)
    );
    const bare = (line: string) => line.replace(pairing, "// ").replace(/ *\/\/ $/, "");
    const all = [pythons, scripts.map(bare)];
    const mirror = [pythons, scripts.filter((line) => pairing.test(line)).map(bare)];
    const press = async (key: string, text = "") => {
      await page.send("Input.dispatchKeyEvent", { type: "keyDown", key, text });
      await page.send("Input.dispatchKeyEvent", { type: "keyUp", key });
    };
    const media = (media: string, value = "light") => {
      const features = [{ name: "prefers-color-scheme", value }];
      return page.send("Emulation.setEmulatedMedia", { media, features });
    };

    await test.step("the switch leaves what is paired; on paper is all, each pair on a page", async () => {
      const { sides, foreign } = await page.run(look);
      assertEquals(sides, all);
      assertEquals(foreign, ["Python dan Deno berdampingan", 0, 0]);
      for (let stop = 0; stop <= pairs.length; stop++) await press("Tab"); // behind the four links
      await press(" ", " ");
      const { sides: paired, sentences } = await page.run(look);
      assertEquals([paired, sentences], [mirror, []]);
      await media("print", "dark");
      const printed = await page.run(look);
      const written = (sides: string[][]) =>
        sides.map((side) => side.filter((line) => line !== ""));
      const count = await page.run("document.querySelectorAll('details p').length");
      assertEquals(written(printed.sides), written(all));
      assertEquals([printed.sentences.length, printed.dark], [count, false]);
      const { data } = await page.send("Page.printToPDF", { preferCSSPageSize: true });
      assertEquals(atob(data).match(/\/Type\s*\/Page\b/g)?.length, pairs.length);
      await media("screen");
      await page.run("only.focus()"); // on paper there was no switch to have the focus
      await press(" ", " ");
      assertEquals((await page.run(look)).sides, all);
    });

    for (const side of ["th", "td"]) {
      await test.step(`pointing at the ${side}, or focusing it, marks it and its partner`, async () => {
        const cell = `document.querySelector(".pair ${side}")`;
        await page.run(`${cell}.scrollIntoView({ block: "center" })`);
        const { left, top } = await page.run(`${cell}.getBoundingClientRect().toJSON()`);
        const marked: number[] = [];
        for (const [x, y] of [[left + 3, top + 3], [0, 0]]) {
          await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
          marked.push((await page.run(look)).marked);
        }
        for (const act of ["focus", "blur"]) {
          await page.run(`${cell}.querySelector("a").${act}()`);
          marked.push((await page.run(look)).marked);
        }
        assertEquals(marked, [2, 0, 2, 0]);
      });
    }

    await test.step("a call's sentence, the README's own, opens by keyboard", async () => {
      const focus = `document.querySelector("summary").focus(), document.activeElement.ariaLabel`;
      const word = (await page.run(focus)).match(/^Tentang (\w+)/)[1];
      await press("Enter", "\r");
      const table = read(new URL("README.id.md", root)).replaceAll("`", "").replace(/ +\|/g, " |");
      const rows = [...table.matchAll(/^\| (\w+) \| (.+) \| (.+) \|$/gm)];
      const [, , call, sentence] = rows.find((row) => row[1] === word)!;
      assertEquals((await page.run(look)).sentences, [`${word} → ${call}: ${sentence}.`]);
    });

    for (const width of [1280, 390]) {
      await test.step(`${width} pixels: it fits, light and dark, and stays a table`, async () => {
        const size = { width, height: 800, deviceScaleFactor: 1, mobile: width < 800 };
        await page.send("Emulation.setDeviceMetricsOverride", size);
        for (const theme of ["light", "dark"]) {
          await media("screen", theme);
          const { stacked, fits, dark } = await page.run(look);
          assertEquals([stacked, fits, dark], [width < 800, true, theme === "dark"]);
        }
        type Node = { role?: { value: string }; name?: { value: string } };
        const { nodes }: { nodes: Node[] } = await page.send("Accessibility.getFullAXTree");
        const named = (role: string) =>
          nodes.filter((node) => node.role?.value === role).map((node) => node.name?.value);
        assertEquals(named("checkbox"), ["Hanya yang sepadan"]);
        assertEquals([named("heading"), named("table")].map((names) => names.length), [5, 4]);
        const heads = pairs.flatMap((
          [name, script],
        ) => [`Python: ${name}.py`, `TypeScript: ${script}.ts`]);
        assertEquals(named("columnheader"), heads);
        assertEquals(named("rowheader").join("\n").match(/, baris \d+ /g)?.length, pythons.length);
      });
    }
  },
});
