// How the helper shows a line, and which errors it words or leaves to Deno.
import { assertEquals, assertMatch } from "@std/assert";
import { meaningOf, place, visible } from "../format.ts";
import { finish } from "./support/chat.ts";
import { deno } from "./support/scripts.ts";

/** What drives a terminal or forges a line, from the first to the last code. */
const unsafe = [[0x00, 0x08], [0x0a, 0x1f], [0x7f, 0x9f], [0x2028, 0x202e], [0x2066, 0x2069]];
Deno.test("visible: a symbol for what drives a terminal, and for nothing else", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    const symbol = code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16)}⟩`;
    const shown = unsafe.some(([first, last]) => code >= first! && code <= last!)
      ? symbol
      : character;
    assertEquals(visible(`a${character}b`), `a${shown}b`);
  }
});

Deno.test("place: brackets around an IPv6 address, once", () => {
  const hosts = ["127.0.0.1", "nama", "::1", "[::1]", "fe80::1%eth0"];
  assertEquals(
    hosts.map((hostname) => place({ hostname, port: 5, transport: "tcp" })),
    ["127.0.0.1:5", "nama:5", "[::1]:5", "[::1]:5", "[fe80::1%eth0]:5"],
  );
});

Deno.test("print: writes at once, so that a console.log between two keeps its place", async () => {
  const lines = "print('satu'); console.log('dua'); print('tiga');";
  const { out } = await finish(deno("-"), `import { print } from "./format.ts"; ${lines}`);
  assertEquals(out, "satu\ndua\ntiga\n");
});

const notFound = "nama host tidak ditemukan";
const denied = "belum ada izin, tambahkan --allow-net";
/** What the system and Deno say, with or without a code, and what is made of it. */
const errors: [message: string, code: string | undefined, meaning: string][] = [
  [
    "In English (os error 1)",
    "EACCES",
    "tidak diizinkan: perlu hak khusus, atau ada firewall (EACCES)",
  ],
  ["In English (os error 1)", "ENETUNREACH", "jaringan tidak terjangkau (ENETUNREACH)"],
  ["In English (os error 1)", "EHOSTUNREACH", "komputer tidak terjangkau (EHOSTUNREACH)"],
  ["In English (os error 1)", "ETIMEDOUT", "lawan bicara tidak menjawab (ETIMEDOUT)"],
  ["In English (os error 1)", "EPIPE", "koneksi sudah ditutup (EPIPE)"],
  ["In English (os error 1)", "ENOTCONN", "koneksi sudah putus (ENOTCONN)"],
  ["In English (os error 1)", "ECONNRESET", "koneksi diputus paksa oleh lawan bicara (ECONNRESET)"],
  ["In English (os error 112)", undefined, "galat sistem: In English (os error 112)"], // EHOSTDOWN
  ["Is a directory (os error 21)", "EISDIR", "galat sistem: Is a directory (os error 21)"],
  ["Host not found. (os error 11001)", "ENOENT", `${notFound} (ENOENT)`], // Windows
  ["getaddrinfo ENOTFOUND nama", "ENOTFOUND", `${notFound} (ENOTFOUND)`],
  ["getaddrinfo EPERM nama", "EPERM", `${denied} (EPERM)`],
];
Deno.test.each(errors)("an error of the system: %s, %s", (message, code, meaning) => {
  assertEquals(meaningOf(Object.assign(new Error(message), code && { code })), meaning);
});

/** What is no error of the system, whatever words are in it. */
const mistakes: unknown[] = [
  undefined,
  "kata",
  new TypeError("null has no length"),
  new Error("EPERM: not permitted"),
  new Error("salah di getaddrinfo EPERM nama"),
  new Error("lookup a failed to lookup address information"),
  new Error("kode 11001"),
  new Error("butuh net access"),
  Object.assign(new Error("No such file (os error 2): readfile 'tiada'"), { code: "ENOENT" }),
  Object.assign(new Error("Permission denied (os error 13): open 'log'"), { code: "EACCES" }),
];
Deno.test.each(mistakes)("a mistake has no meaning: %s", (error) => {
  assertEquals(meaningOf(error), undefined);
});

/** What a program says that hears of errors as the scripts do, then does `code`; and its status. */
const play = (code: string) =>
  finish(
    deno("-", [], ["--no-prompt", "--allow-read", "--allow-net"]),
    `import { quitOnError } from "./format.ts";
addEventListener("unhandledrejection", quitOnError);\n${code}`,
  );

const thrown = [
  "await 1; Deno.listen({ hostname: 'a b', port: 0 });",
  "Deno.connect({ hostname: 'a b', port: 1 });",
];
Deno.test.each(thrown)("quitOnError: one line for an error of the system: %s", async (code) => {
  const { out, err, status } = await play(code);
  assertMatch(err, /^nama host tidak ditemukan \(invalid host 'a b'.*\)\n$/);
  assertEquals([out, status], ["", 1]);
});

/** Mistakes in a script, and what Deno says of them. */
const lines = [
  ["null.length;", /TypeError: .*\n\(?null/],
  ["lookup();", /ReferenceError: lookup is not defined\nlookup\(\);\n/],
  ["Promise.reject();", /: Uncaught \(in promise\) undefined\n/],
  ["throw 'kata';", /Uncaught .*"kata"/],
  ["await Deno.readTextFile('tiada');", /NotFound: .*\nawait Deno/],
  ["await Deno.writeTextFile('log.txt', '');", /NotCapable: Requires write access .*\nawait Deno/],
] as const;
Deno.test.each(lines)(
  "quitOnError: leaves a mistake to Deno, with its line: %s",
  async (...one) => {
    const [code, said] = one;
    const { err, status } = await play(`await 1;\n${code}`);
    assertMatch(err, said);
    assertEquals(status, 1);
  },
);
