import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Program } from "./support/driver.ts";
import { read, root, scripts } from "./support/scripts.ts";
import { output, reportDir, reportFile } from "./support/system.ts";

const pairing = /\/\/ py [\d-]+:[^;]*(?:; *)?/;

const counts = { tcp_server: 18, tcp_client: 13, udp_server: 14, udp_client: 12 };
/** Each script and its twin; without the report, a twin of as many lines. */
const pairs = scripts.map((name) => {
  const lines = read(`${name}.ts`).trimEnd().split("\n");
  const path = reportFile(name);
  const python = reportDir ? read(path) : "baris = 1\n".repeat(counts[name]);
  return { script: `${name}.ts`, lines, twin: basename(path), python };
});

/** A copy of what the page is made of, with the report in `laporan` and a page of before. */
function copy() {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  for (const name of ["docs", "laporan"]) Deno.mkdirSync(`${folder}/${name}`);
  const files = ["deno.json", "deno.lock", "README.id.md", "docs/beside.ts", "docs/beside.css"];
  for (const file of [...files, ...pairs.map(({ script }) => script)]) {
    Deno.copyFileSync(new URL(file, root), `${folder}/${file}`);
  }
  for (const { twin, python } of pairs) Deno.writeTextFileSync(`${folder}/laporan/${twin}`, python);
  Deno.writeTextFileSync(`${folder}/beside.html`, "lama");
  const page = Deno.realPathSync(`${folder}/beside.html`);
  const edit = (file: string, from: string | RegExp, to: string) => {
    const path = `${folder}/${file}`;
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace(from, to));
  };
  // A class's own version: a file from Windows, with markup and a blank line.
  edit("laporan/ServerTCP.py", /.*\n/, "\uFEFF# <script>alert()</script></table>&lt;\n\n");
  edit("laporan/ServerTCP.py", /\n/g, "\r\n");
  const options = { cwd: folder, encoding: "utf8" } as const;
  const make = (folders: string[]) =>
    spawnSync(Deno.execPath(), ["task", "-q", "beside", ...folders], options);
  const dispose = () => Deno.removeSync(folder, { recursive: true });
  return { folder, page, edit, make, [Symbol.dispose]: dispose };
}

type Edit = [file: string, from: string | RegExp, to: string];
const wrongs: [says: RegExp, folders: string[], edit?: Edit][] = [
  [/^Pemakaian: deno task beside FOLDER\n$/, []],
  [/^Pemakaian: deno task beside FOLDER\n$/, ["laporan", "docs"]],
  [/^tiada: tidak ditemukan\n$/, ["tiada"]],
  [/^deno.json: .+\n$/, ["deno.json"]],
  [/^docs.ServerTCP.py: tidak ditemukan\n$/, ["docs"]],
  [/^.+: 12 baris .+ sampai 13\n$/, ["laporan"], ["laporan/ClientTCP.py", /.*\n/, ""]],
  [/^.+: 0 baris .+ sampai 13\n$/, ["laporan"], ["laporan/ClientTCP.py", /[^]*/, ""]],
  [/^.+: 14 baris .+ sampai 13\n$/, ["laporan"], ["laporan/ClientTCP.py", /$/, "x = 1"]],
  [/^udp_client.ts:\d+: py 0 di luar .+\n$/, ["laporan"], ["udp_client.ts", "py 1:", "py 0:"]],
  [/^udp_client.ts:\d+: py 9 di luar .+\n$/, ["laporan"], ["udp_client.ts", "py 2:", "py 9:"]],
  [/^tcp_client.ts:\d+: py 3 di luar .+\n$/, ["laporan"], ["tcp_client.ts", "py 3:", "py 3-2:"]],
  [/^README.id.md: tabel .+ tidak ditemukan\n$/, ["laporan"], ["README.id.md", /[^]*/, ""]],
];
for (const [says, folders, edit] of wrongs) {
  Deno.test(`${["beside", ...folders].join(" ")}: says ${says}, the page of before stays`, () => {
    using project = copy();
    if (edit) project.edit(...edit);
    const { status, stdout, stderr } = project.make(folders);
    assertEquals([status, stdout], [1, ""]);
    assertMatch(stderr, says);
    assertEquals(Deno.readTextFileSync(project.page), "lama");
    assert(!existsSync(`${project.page}.new`));
  });
}

Deno.test("beside: every line of the twins is accounted for, in order; code is data", () => {
  using project = copy();
  const { status, stdout, stderr } = project.make(["laporan"]);
  assertEquals([status, stdout, stderr], [0, `Halaman ditulis: ${project.page}\n`, ""]);
  const html = Deno.readTextFileSync(project.page);
  assert(html.includes("&lt;/table&gt;&amp;lt;</span></code>") && !html.includes("<script"));
});

/** Opens `url` in a Chromium of its own, which is driven over its DevTools protocol. */
async function open(url: string) {
  const profile = Deno.makeTempDirSync();
  // No flag keeps Chromium from asking for updates: it finds no host to ask.
  const flags = ["--headless", "--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"];
  const own = [`--user-data-dir=${profile}`, "--remote-debugging-port=0"];
  const browser = new Program(["chromium", ...flags, ...own]);
  const address = await browser.until("/devtools/browser/", "err");
  const [page] = await (await fetch(`${address.replace(/.*ws:/s, "http:")}/json`)).json();
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await once(socket, "open");

  /** Calls `method` and gives its result; one call at a time. */
  // deno-lint-ignore no-explicit-any -- each method has a result of its own
  async function send(method: string, params = {}): Promise<any> {
    socket.send(JSON.stringify({ id: 1, method, params }));
    const [{ data }] = await once(socket, "message"); // no domain is enabled: no events
    const { result, error } = JSON.parse(data);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** The value of `expression` in the page, awaited; the page's own rules do not bind it. */
  async function run(expression: string) {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result } = await send("Runtime.evaluate", params);
    return result.value;
  }

  async function dispose() {
    await using _browser = browser;
    await send("Browser.close");
    await browser.status;
    Deno.removeSync(profile, { recursive: true });
  }

  await send("Page.navigate", { url });
  await run(`new Promise((done) => document.readyState === "complete" ? done() : onload = done)`);
  return { send, run, [Symbol.asyncDispose]: dispose };
}

const lack = output("chromium", "--version") ? "" : " (skipped: no chromium)";
const browsing = { ignore: lack !== "", timeout: 60_000 };
Deno.test(`beside: the page in a browser${lack}`, browsing, async (test) => {
  using project = copy();
  project.make(["laporan"]);
  await using page = await open(`file://${project.page}`);
  const seen = (selector: string): Promise<string[]> =>
    page.run(`[...document.querySelectorAll("${selector}")]
      .filter((one) => one.checkVisibility()).map((one) => one.textContent)`);
  const sides = async () => [await seen("th .line > code"), await seen("td .line > code")];
  const light = `getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)"`;
  const media = (media: string, value: string) => {
    const features = [{ name: "prefers-color-scheme", value }];
    return page.send("Emulation.setEmulatedMedia", { media, features });
  };
  const press = async (key: string, text = "") => {
    await page.send("Input.dispatchKeyEvent", { type: "keyDown", key, text });
    await page.send("Input.dispatchKeyEvent", { type: "keyUp", key });
  };
  const focus = (selector: string) => page.run(`document.querySelector("${selector}").focus()`);
  const box = (selector: string) => {
    const one = `document.querySelector("${selector}")`;
    return page.run(`${one}.scrollIntoView(), ${one}.getBoundingClientRect().toJSON()`);
  };
  const hover = async (selector: string) => {
    const { x, y } = await box(selector);
    await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", x: x + 3, y: y + 3 });
  };

  const texts = pairs.map(({ twin }) => Deno.readTextFileSync(`${project.folder}/laporan/${twin}`));
  const pythons = texts.join("\n").replace("\uFEFF", "").trimEnd().split(/\s*\n/);
  const typescripts = pairs.flatMap(({ lines }) => lines);
  const bare = (line: string) => line.replace(pairing, "// ").replace(/ *\/\/ $/, "");
  const all = [pythons, typescripts.map(bare)];
  const paired = [pythons, typescripts.filter((line) => pairing.test(line)).map(bare)];

  await test.step("it shows all, runs no script, loads nothing", async () => {
    assertEquals(await sides(), all);
    assertEquals(await page.run("document.scripts.length"), 0);
    assertEquals(await page.run("performance.getEntriesByType('resource').length"), 0);
  });

  await test.step("the switch, by keyboard, leaves what is paired; on paper is all", async () => {
    await focus("nav a:last-of-type");
    await press("Tab");
    await press(" ", " ");
    assertEquals([await sides(), await seen("details p")], [paired, []]);

    await media("print", "dark");
    const written = (sides: string[][]) => sides.map((side) => side.filter((line) => line !== ""));
    assertEquals(written(await sides()), written(all));
    const sentences = await page.run("document.querySelectorAll('details p').length");
    assertEquals((await seen("details p")).length, sentences);
    assert(await page.run(light));
    const { data } = await page.send("Page.printToPDF", { preferCSSPageSize: true });
    assertEquals(atob(data).match(/\/Type\s*\/Page\b/g)?.length, pairs.length);

    await media("screen", "light");
    await focus("#only"); // on paper there was no switch to have the focus
    await press(" ", " ");
    assertEquals(await sides(), all);
  });

  await test.step("pointing at either side, or focusing it, marks it and its partner", async () => {
    const marked = `[...document.querySelectorAll(".pair :is(th, tr:not(.beyond) td)")]
      .filter((cell) => getComputedStyle(cell).backgroundColor !== "rgba(0, 0, 0, 0)").length`;
    for (const side of ["th", "td"]) {
      for (const act of [hover, focus]) {
        await act(`.pair ${side} a`);
        assertEquals(await page.run(marked), 2);
        await act("nav a");
        assertEquals(await page.run(marked), 0);
      }
    }
  });

  await test.step("a call's sentence, the README's own, opens by keyboard", async () => {
    await focus("a:has(~ details)");
    await press("Tab");
    await press("Enter", "\r");
    const label = await page.run("document.activeElement.ariaLabel");
    const word = label.match(/^Tentang (\w+)/)[1];
    const rows = read("README.id.md").replaceAll("`", "").split("\n");
    const row = rows.find((row) => row.startsWith(`| ${word} `))!;
    const [, , call, sentence] = row.split("|").map((cell) => cell.trim());
    assertEquals(await seen("details p"), [`${word} → ${call}: ${sentence}.`]);
  });

  for (const width of [1280, 390]) {
    await test.step(`${width} pixels: it fits, light and dark, and stays a table`, async () => {
      const size = { width, height: 800, deviceScaleFactor: 1, mobile: width < 800 };
      await page.send("Emulation.setDeviceMetricsOverride", size);
      for (const theme of ["light", "dark"]) {
        await media("screen", theme);
        assertEquals(await page.run(light), theme === "light");
        assert(await page.run("document.documentElement.scrollWidth") <= width);
      }
      const stacked = (await box(".pair td")).left <= (await box(".pair th")).left;
      assertEquals(stacked, width < 800);
      const { nodes } = await page.send("Accessibility.getFullAXTree");
      type Node = { role?: { value: string }; name?: { value: string } };
      const named = (role: string) =>
        nodes.filter((node: Node) => node.role?.value === role)
          .map((node: Node) => node.name?.value);
      assertEquals(named("checkbox"), ["Hanya yang sepadan"]);
      assertEquals([named("heading").length, named("table").length], [5, 4]);
      const heads = pairs.map(({ twin, script }) => [`Python: ${twin}`, `TypeScript: ${script}`]);
      assertEquals(named("columnheader"), heads.flat());
      assertEquals(named("rowheader").join("\n").match(/, baris \d+ /g)?.length, pythons.length);
    });
  }
});
