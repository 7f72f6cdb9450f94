import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { askAddr, place, print, recvfrom, visible } from "../format.ts";

/** Calls `act` with the ways out of the process replaced; gives what it wrote, and its status. */
async function watch(act: () => unknown): Promise<{ out: string; err: string; status?: number }> {
  const seen: { out: string; err: string; status?: number } = { out: "", err: "" };
  const real = { exit: Deno.exit, writeSync: Deno.stdout.writeSync, error: console.error };
  Deno.exit = ((status = 0) => {
    seen.status = status;
    if (!listening) throw seen; // a listener has nothing left to do
  }) as typeof Deno.exit;
  Deno.stdout.writeSync = (bytes) => {
    seen.out += new TextDecoder().decode(bytes);
    return bytes.length;
  };
  console.error = (line) => seen.err += `${line}\n`;
  try {
    await act();
  } catch (thrown) {
    if (thrown !== seen) throw thrown;
  } finally {
    Deno.exit = real.exit;
    Deno.stdout.writeSync = real.writeSync;
    console.error = real.error;
  }
  return seen;
}

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

Deno.test("print: writes at once, so that a console.log between two keeps its place", async () => {
  let first = "";
  const { out } = await watch(function () {
    print("[Client]: satu");
    first = "seen";
  });
  assertEquals([first, out], ["seen", "[Client]: satu\n"]);
});

Deno.test("askAddr: takes addresses as they are, and looks names up", async () => {
  const hosts = { "127.0.0.1": "127.0.0.1", "::1": "::1", "[2001:DB8::]": "2001:DB8::" };
  const names = { "fe80::1%eth0": "fe80::1%eth0", localhost: "127.0.0.1", "127.1": "127.0.0.1" };
  for (const [host, hostname] of Object.entries({ ...hosts, ...names })) {
    assertEquals(await askAddr(host, 1, "5000"), { hostname, port: 5000, transport: "tcp" });
  }
  await assertRejects(() => askAddr("tidak-ada.invalid", 1, "5000"), Error, "getaddrinfo");
});

Deno.test("askAddr: what is neither an address nor a name, and no port, ends with status 2", async () => {
  const hosts = ["127.0.0.1:5000", "http://127.0.0.1", "127.0.0.1/24", "[::1]:6000", "a..b", ".a"];
  for (const host of [...hosts, "x@0", "%30", "0#", "a b", " ", "", "a?", "a\\b", "::g", "1:2"]) {
    const err = `"${host}" bukan alamat atau nama komputer (lihat --help)\n`;
    assertEquals(await watch(() => askAddr(host, 0, "5000")), { out: "", err, status: 2 });
  }
  const ports = ["abc", "-1", "65536", "5.5", "1e3", "0x50", "+5", "50 00", "٥٠٠٠", "9".repeat(20)];
  for (const [port, least] of [...ports.map((port) => [port, 0]), ["0", 1], ["000", 1], ["", 1]]) {
    const err = `Port harus angka ${least} sampai 65535, bukan "${port}" (lihat --help)\n`;
    const asked = () => askAddr("::1", least as 0 | 1, `${port}`);
    assertEquals(await watch(asked), { out: "", err, status: 2 });
  }
});

Deno.test("recvfrom: what Windows says of an earlier datagram ends no wait, another error does", async () => {
  const answers: unknown[] = [new Deno.errors.ConnectionReset(), new Deno.errors.ConnectionReset()];
  const receive = () => {
    const answer = answers.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const socket = { receive } as Deno.DatagramConn;
  answers.push("halo");
  assertEquals<unknown>(await recvfrom(socket), "halo");
  answers.push(new Deno.errors.BadResource("tutup"));
  await assertRejects(() => recvfrom(socket), Deno.errors.BadResource, "tutup");
});

let listening = false;

/** What is said of an error that nobody catches; nothing where it is left to Deno. */
async function uncaught(reason: unknown) {
  const init = { promise: Promise.resolve(), reason, cancelable: true };
  listening = true;
  let left = false;
  const seen = await watch(() =>
    left = dispatchEvent(new PromiseRejectionEvent("unhandledrejection", init))
  );
  listening = false;
  return { ...seen, left };
}

Deno.test("errors: those of the system are one line in Indonesian, with their code", async () => {
  const codes = ["EACCES", "EADDRINUSE", "EADDRNOTAVAIL", "ECONNREFUSED", "EHOSTUNREACH", "EINVAL"]
    .concat(["EISDIR", "ENETUNREACH", "ENOSPC", "ENOTCONN", "ENOTFOUND", "EPERM", "ETIMEDOUT"]);
  for (const code of [...codes, "ECONNRESET"]) {
    const { err, status, left } = await uncaught(Object.assign(new Error("in English"), { code }));
    assertMatch(err, RegExp(`^.*: (?!in English)[a-z][^\\n]+ \\(${code}\\)\\n$`));
    assertEquals([status, left], [1, false]);
  }
  // As Windows tells that a name is not found, in two of its ways.
  for (const message of ["failed to lookup address", "No such host is known. (os error 11001)"]) {
    const { err } = await uncaught(Object.assign(new Error(message), { code: "ENOENT" }));
    assertMatch(err, /: nama host tidak ditemukan \(ENOTFOUND\)\n$/);
  }
  const other = Object.assign(new Error("baris satu\nbaris dua"), { code: "EOTHER" });
  assertMatch((await uncaught(other)).err, /: baris satu␊baris dua \(EOTHER\)\n$/);
});

Deno.test("errors: a bug is left to Deno, which shows its line", async () => {
  assertEquals(await uncaught(new TypeError("bug")), { out: "", err: "", left: true });
});
