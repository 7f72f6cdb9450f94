import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { recvfrom, visible } from "../format.ts";
import { finish } from "./support/driver.ts";
import { about, deno } from "./support/scripts.ts";

Deno.test("visible: every control but the tab, and every override, and nothing else, is a symbol", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    const unsafe = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(character) && code !== 0x09;
    const symbol = code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16)}⟩`;
    assertEquals(visible(`a${character}b`), `a${unsafe ? symbol : character}b`);
  }
});

Deno.test("recvfrom: what Windows says of an earlier datagram ends no wait, another error does", async () => {
  const { ConnectionReset, BadResource } = Deno.errors;
  const answers = [new ConnectionReset(), new ConnectionReset(), "halo", new BadResource("tutup")];
  const receive = () => {
    const answer = answers.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const socket = { receive } as unknown as Deno.DatagramConn;
  assertEquals<unknown>(await recvfrom(socket), "halo");
  await assertRejects(() => recvfrom(socket), BadResource, "tutup");
});

/** What a program says that does `code` with the helper, and its status. */
const play = (code: string) => finish(deno("-"), `import "./format.ts";\n${code}`);

Deno.test("print: writes at once, so that a console.log between two keeps its place", async () => {
  const code = "print('satu'); console.log('dua'); print('tiga');";
  const { out } = await play(`import { print } from "./format.ts";\n${code}`);
  assertEquals(out, "satu\ndua\ntiga\n");
});

const codes =
  "EACCES EADDRINUSE EADDRNOTAVAIL ECONNREFUSED ECONNRESET EHOSTUNREACH EINVAL EISDIR " +
  "ENETUNREACH ENOSPC ENOTCONN ENOTFOUND EPERM ETIMEDOUT";
/** An error's code and message, and what is said of it. */
const errors = [
  ...codes.split(" ").map((code) => [code, "in English", "[a-z][^\n]+", code]),
  // As Windows tells that a name is not found, in two of its ways.
  ["ENOENT", "failed to lookup address", "nama host tidak ditemukan", "ENOTFOUND"],
  ["ENOENT", "No such host is known. (os error 11001)", "nama host tidak ditemukan", "ENOTFOUND"],
  ["EOTHER", "baris satu\nbaris dua", "baris satu␊baris dua", "EOTHER"],
];
for (const [code, message, said, name] of errors) {
  Deno.test(about("an error of the system is one line", [code, message, said, name]), async () => {
    const error = `Object.assign(new Error(${JSON.stringify(message)}), { code: "${code}" })`;
    const { out, err, status } = await play(`Promise.reject(${error});`);
    assertMatch(err, RegExp(`^stdin: (?!in English)${said} \\(${name}\\)\\n$`));
    assertEquals([out, status], ["", 1]);
  });
}

Deno.test("a bug is left to Deno, which shows its line", async () => {
  const { err, status } = await play("await 1;\nnull.length;");
  assertMatch(err, /TypeError: .*\nnull\.length;\n/);
  assertEquals(status, 1);
});
