// How the helper shows a line, and which errors it words or leaves to Deno.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { place, visible } from "../format.ts";
import { finish } from "./support/chat.ts";
import { deno } from "./support/scripts.ts";

Deno.test("visible: every control but the tab, and every override, and nothing else, is a symbol", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    const unsafe = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(character) && code !== 0x09;
    const symbol = code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16)}⟩`;
    assertEquals(visible(`a${character}b`), `a${unsafe ? symbol : character}b`);
  }
});

Deno.test("place: brackets around an IPv6 address, once", () => {
  const hosts = ["127.0.0.1", "nama", "::1", "[::1]", "fe80::1%eth0"];
  assertEquals(
    hosts.map((hostname) => place({ hostname, port: 5 })),
    ["127.0.0.1:5", "nama:5", "[::1]:5", "[::1]:5", "[fe80::1%eth0]:5"],
  );
});

/** What a program says that hears of errors as the scripts do, then does `code`; and its status. */
const play = (code: string, rights?: string[]) =>
  finish(
    deno("-", [], rights),
    `import { print, quitOnError } from "./format.ts";
addEventListener("unhandledrejection", (event) => quitOnError(event, "nama", 5000));\n${code}`,
  );

Deno.test("print: writes at once, so that a console.log between two keeps its place", async () => {
  const { out } = await play("print('satu'); console.log('dua'); print('tiga');");
  assertEquals(out, "satu\ndua\ntiga\n");
});

const system = (code: string, number: number) =>
  `Promise.reject(Object.assign(new Error("In English (os error ${number})"), ${code}))`;
const codes = [
  "EACCES",
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
];
const notFound = "nama host tidak ditemukan";
/** What is an error of the network, and what is said of it. */
const errors: [string, string][] = [
  ...codes.map((code) =>
    [system(`{ code: "${code}" }`, 1), `(?!galat)[a-z].+ \\(${code}\\)`] as [string, string]
  ),
  [system("{ code: 'EPERM' }", 1), "galat jaringan/sistem \\(EPERM\\)"], // a firewall of one's own
  [system("{}", 112), "galat jaringan/sistem \\(In English \\(os error 112\\)\\)"], // EHOSTDOWN
  [system("{ code: 'ENOENT' }", 11001), `${notFound} \\(ENOENT\\)`], // Windows
  [
    "Promise.reject(new Error('failed to lookup address information: …'))",
    `${notFound} \\(fail.*\\)`,
  ],
  ["Promise.reject(new Error('getaddrinfo EAI_AGAIN nama'))", `${notFound} \\(getaddr.*\\)`],
  ["await Deno.connect({ hostname: 'a b', port: 1 })", `${notFound} \\(invalid host.*\\)`],
];
Deno.test.each(errors)("an error of the network is one line: %s", async (code, said) => {
  const { out, err, status } = await play(`${code};`);
  assertMatch(err, RegExp(`^nama:5000: ${said}\\n$`));
  assertEquals([out, status], ["", 1]);
});

/** Mistakes in a script, and what Deno says of them. */
const mistakes = [
  ["null.length;", /TypeError: .*\n\(?null/],
  ["lookup();", /ReferenceError: lookup is not defined\nlookup\(\);\n/],
  ["new URL('x y');", /TypeError: Invalid URL: 'x y'\nnew URL/],
  ["Promise.reject();", /: Uncaught \(in promise\) undefined\n/],
  ["throw new Error('EPERM: not permitted');", /Error: EPERM.*\nthrow new/],
  ["throw 'kata';", /Uncaught .*"kata"/],
  ["await Deno.readTextFile('tiada');", /NotFound: .*\nawait Deno/],
  ["await Deno.writeTextFile('log.txt', '');", /NotCapable: Requires write access .*\nawait Deno/],
] as const;
Deno.test.each(mistakes)(
  "a mistake is left to Deno, which shows its line: %s",
  async (code, said) => {
    const rights = ["--no-prompt", "--allow-read"];
    const { err, status } = await play(`await 1;\n${code}`, rights);
    assertMatch(err, said);
    assert(!err.includes("nama:5000"), err);
    assertEquals(status, 1);
  },
);
