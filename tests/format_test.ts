import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { askAddr, place, recvfrom, visible } from "../format.ts";
import { deno, finish, Program, test } from "./support/driver.ts";

Deno.test("visible: every control but the tab, and every override, and nothing else, is a symbol", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    const unsafe = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(character) && code !== 0x09;
    const symbol = code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16)}⟩`;
    assertEquals(visible(`a${character}b`), `a${unsafe ? symbol : character}b`);
  }
});

Deno.test("place: a host with its port, IPv6 in brackets", () => {
  const transport = "udp";
  assertEquals(place({ hostname: "127.0.0.1", port: 0, transport }), "127.0.0.1:0");
  assertEquals(place({ hostname: "::1", port: 5000, transport }), "[::1]:5000");
});

Deno.test("askAddr: takes addresses as they are, and looks names up", async () => {
  const hosts = { "127.0.0.1": "127.0.0.1", "::1": "::1", "[2001:DB8::]": "2001:DB8::" };
  const names = { "fe80::1%eth0": "fe80::1%eth0", localhost: "127.0.0.1", "127.1": "127.0.0.1" };
  for (const [host, hostname] of Object.entries({ ...hosts, ...names })) {
    assertEquals(await askAddr(host, 1, "5000"), { hostname, port: 5000, transport: "tcp" });
  }
  await assertRejects(() => askAddr("tidak-ada.invalid", 1, "5000"), Error, "getaddrinfo");
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
const play = (code: string) => finish(new Program(deno("-")), `import "./format.ts";\n${code}`);

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
test("an error of the system is one line", errors, async ([code, message, said, name]) => {
  const error = `Object.assign(new Error(${JSON.stringify(message)}), { code: "${code}" })`;
  const { out, err, status } = await play(`Promise.reject(${error});`);
  assertMatch(err, RegExp(`^stdin: (?!in English)${said} \\(${name}\\)\\n$`));
  assertEquals([out, status], ["", 1]);
});

Deno.test("a bug is left to Deno, which shows its line", async () => {
  const { err, status } = await play("await 1;\nnull.length;");
  assertMatch(err, /TypeError: .*\nnull\.length;\n/);
  assertEquals(status, 1);
});
