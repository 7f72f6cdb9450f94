/**
 * Writes beside.html: each of the report's programs beside its twin, row by row as the scripts'
 * comments `// py N[-M]: words; remark` pair them.
 *     deno task beside ../report
 * @module
 */
// deno-lint-ignore no-import-prefix -- for this page alone: in deno.json it would be for all
import hljs from "npm:highlight.js@11.12.0/lib/common";

const root = Deno.realPathSync(`${import.meta.dirname}/..`);
const pairs = [
  { title: "Server TCP", twin: "ServerTCP", script: "tcp_server" },
  { title: "Client TCP", twin: "ClientTCP", script: "tcp_client" },
  { title: "Server UDP", twin: "ServerUDP", script: "udp_server" },
  { title: "Client UDP", twin: "ClientUDP", script: "udp_client" },
];

/** What the user can mend: told in one line. */
class Problem extends Error {}

/** A line of a program: its code as HTML and, in a script, the Python lines that it stands for. */
interface Line {
  number: number;
  code: string;
  py?: { from: number; to: number; words: string[] };
}

/** What belongs together; no Python where a script goes beyond its twin. */
interface Block {
  python: Line[];
  script: Line[];
}

/** What `use` gives; throws a Problem that names `path` where the system refuses. */
function attempt<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    const { name } = error as Error;
    throw new Problem(`${path}: ${name === "NotFound" ? "tidak ditemukan" : `gagal (${name})`}`);
  }
}

function read(path: string): string[] {
  const text = attempt(path, () => Deno.readTextFileSync(path));
  return text.replace(/^\uFEFF/, "").trimEnd().split(/\r\n?|\n/);
}

/** `lines` of code as HTML; a colour that spans several is closed and opened anew at each. */
function highlight(lines: string[], language: string): Line[] {
  const open: string[] = [];
  const { value } = hljs.highlight(lines.join("\n"), { language, ignoreIllegals: true });
  return value.split("\n").slice(0, lines.length).map((html, index) => {
    const before = open.join("");
    for (const [tag] of html.matchAll(/<\/?span[^>]*>/g)) {
      if (tag === "</span>") open.pop();
      else open.push(tag);
    }
    return { number: index + 1, code: before + html + "</span>".repeat(open.length) };
  });
}

/** The lines of a script; of a comment that pairs, only the remark is shown. */
function readScript(path: string): Line[] {
  const pys: Line["py"][] = [];
  const shown = read(path).map((line, index) => {
    const match = line.match(/\/\/ py (\d+)(?:-(\d+))?:([^;]*)(?:; *(.*))?$/);
    if (!match) return line;
    const [comment, from, to = from, words, remark] = match;
    pys[index] = { from: Number(from), to: Number(to), words: words!.match(/\w+/g) ?? [] };
    return line.replace(comment, remark ? `// ${remark}` : "").trimEnd();
  });
  return highlight(shown, "typescript").map((line, index) => {
    const py = pys[index];
    return py ? { ...line, py } : line;
  });
}

/** Pairs the lines of two programs. Throws where the comments and the Python lines do not fit. */
function pair(python: Line[], script: Line[], twinPath: string, scriptName: string): Block[] {
  const blocks: Block[] = [];
  let beyond: Line[] = []; // until it is known whether the block goes on behind them
  let [least, done] = [1, 0]; // where the last range began, and how far the Python lines are shown
  for (const line of script) {
    const { number, py } = line;
    if (!py) {
      beyond.push(line);
      continue;
    }
    if (py.from < least || py.from > done + 1 || py.to < py.from) {
      throw new Problem(`${scriptName}:${number}: py ${py.from} di luar urutan`);
    }
    if (py.from > done) {
      blocks.push({ python: [], script: beyond }, { python: [], script: [] });
      beyond = [];
    }
    const block = blocks.at(-1)!;
    block.script.push(...beyond, line);
    block.python.push(...python.slice(done, py.to));
    beyond = [];
    [least, done] = [py.from, Math.max(done, py.to)];
  }
  if (done !== python.length) {
    const count = `${python.length} baris selain baris kosong`;
    throw new Problem(`${twinPath}: ${count}, padahal py di ${scriptName} sampai ${done}`);
  }
  return [...blocks, { python: [], script: beyond }].filter(({ script }) => script.length > 0);
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** For each Python word the sentence on its Deno call, as HTML. */
type Calls = Map<string, string>;

/** The README's table of calls: what Deno calls a step and what differs there. */
function readCalls(): Calls {
  const heading = "Panggilan demi panggilan";
  const sections = read(`${root}/README.id.md`).join("\n").split(/^## /m);
  const section = sections.find((section) => section.startsWith(`${heading}\n`)) ?? "";
  const calls: Calls = new Map();
  const rows = section.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\|$/gm);
  for (const [, word, call, sentence] of rows) {
    const html = escape(`\`${word}\` → ${call}: ${sentence}.`);
    calls.set(word!, html.replace(/`([^`]+)`/g, "<code>$1</code>"));
  }
  if (calls.size === 0) throw new Problem(`README.id.md: tabel "${heading}" tidak ditemukan`);
  return calls;
}

/** A line with its number, a link to itself where `linked`, and the sentences on its calls. */
function showLine(id: string, { number, code, py }: Line, linked: boolean, calls: Calls): string {
  const place = `id="${id}-${number}" class="number"`;
  const label = `aria-label="${id}, baris ${number}"`;
  const breakable = code.replace(/\((?=[^)])|\w(?=\.[a-z])/gi, "$&<wbr>"); // never in a tag
  const indent = code.replace(/<[^>]*>/g, "").search(/\S|$/);
  const known = py?.words.filter((word) => calls.has(word)) ?? [];
  return `<div class="line">` +
    (linked
      ? `<a ${place} href="#${id}-${number}" ${label}>${number}</a>`
      : `<span ${place}>${number}</span>`) +
    `<code translate="no" style="--hang: ${indent + 2}ch">${breakable}</code>` +
    (known.length === 0 ? "" : `<details><summary aria-label="Tentang ${known.join(", ")}">` +
      `?</summary>${known.map((word) => `<p>${calls.get(word)}</p>`).join("")}</details>`) +
    `</div>`;
}

/** A block as a row group: the Python at the left of all its rows, a row for each script line. */
function showBlock({ python, script }: Block, twinId: string, scriptId: string, calls: Calls) {
  const paired = python.length > 0;
  const left = paired
    ? `<th scope="row" role="rowheader" rowspan="${script.length}">${
      python.map((line) => showLine(twinId, line, true, calls)).join("")
    }</th>`
    : `<td role="cell" rowspan="${script.length}"><span class="unseen">tidak ada di Python</span></td>`;
  const rows = script.map((line, index) =>
    `<tr role="row"${line.py ? "" : ' class="beyond"'}>${index === 0 ? left : ""}` +
    `<td role="cell">${showLine(scriptId, line, line.py !== undefined, calls)}</td></tr>`
  );
  return `<tbody role="rowgroup" class="${paired ? "pair" : "beyond"}">\n${
    rows.join("\n")
  }\n</tbody>`;
}

/** A pair of programs as a section with its table; roles, as browsers forget stacked cells. */
function showPair({ title, twin, script }: typeof pairs[number], folder: string, calls: Calls) {
  const twinPath = `${folder}/${twin}.py`;
  const python = highlight(read(twinPath).filter((line) => line.trim() !== ""), "python");
  const lines = readScript(`${root}/${script}.ts`);
  const blocks = pair(python, lines, twinPath, `${script}.ts`);
  return `<section aria-labelledby="${script}">
<h2 id="${script}">${title}</h2>
<table role="table">
<caption>${python.length} baris Python, ${lines.length} baris TypeScript</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Python: ${twin}.py</th>\
<th scope="col" role="columnheader">TypeScript: ${script}.ts</th></tr></thead>
${blocks.map((block) => showBlock(block, twin, script, calls)).join("\n")}
</table>
</section>`;
}

/**
 * The page, an HTML document, for the report's programs in `folder`. Throws a Problem where a file
 * is missing or where the programs do not fit.
 */
function page(folder: string): string {
  attempt(folder, () => Deno.readDirSync(folder)); // else each of its files would be missing
  const calls = readCalls();
  const links = pairs.map(({ title, script }) => `<a href="#${script}">${title}</a>`);
  return `<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Python dan Deno berdampingan</title>
<style>
${read(`${root}/docs/beside.css`).join("\n")}
</style>
</head>
<body>
<header>
<h1>Python dan Deno berdampingan</h1>
<p>Di satu sisi program Python dari laporan, di sisi lain kembarannya dalam TypeScript. Yang sebaris \
adalah sepadan. Yang pudar hanya ada di TypeScript. Tombol <b>?</b> menjelaskan panggilan di baris \
itu; nomor baris adalah tautan ke baris itu.</p>
</header>
<nav aria-label="Keempat pasangan">${links.join(" ")}
<label><input type="checkbox" id="only"> Hanya yang sepadan</label></nav>
<main>
${pairs.map((names) => showPair(names, folder, calls)).join("\n")}
</main>
</body>
</html>
`;
}

if (import.meta.main) {
  try {
    const [folder, ...others] = Deno.args;
    if (!folder || others.length > 0) throw new Problem("Pemakaian: deno task beside FOLDER");
    const html = page(folder);
    const path = `${root}/beside.html`;
    attempt(path, () => {
      Deno.writeTextFileSync(`${path}.new`, html);
      Deno.renameSync(`${path}.new`, path); // whole or not at all
    });
    console.log(`Halaman ditulis: ${Deno.realPathSync(path)}`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
