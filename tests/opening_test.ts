// What goes wrong before a chat begins: a socket cannot be opened (hosts_test.ts has more).
import { assertEquals, assertMatch } from "@std/assert";
import { meet, Program, run, serve, start, tcpConnect, udpPeer } from "./support/chat.ts";
import { command, type Script, unless } from "./support/scripts.ts";
import { freePort, output } from "./support/system.ts";

const refused =
  "ditolak: server tak ada di port itu, hanya lokal, atau melayani client lain (ECONNREFUSED)\n";
const busy = "port masih dipakai program lain, atau baru ditutup: pilih port lain (EADDRINUSE)\n";
const elsewhere = "alamat tidak tersedia di komputer ini (EADDRNOTAVAIL)\n";

const free = freePort();
const taken = { tcp: Deno.listen({ hostname: "127.0.0.1", port: 0 }).addr.port, udp: udpPeer() };
const unopened: [Script, string, number, string][] = [
  ["tcp_client", "127.0.0.1", free, refused],
  ["tcp_server", "127.0.0.1", taken.tcp, busy],
  ["udp_server", "127.0.0.1", taken.udp.port, busy],
  ["tcp_server", "192.0.2.99", free, elsewhere],
  ["udp_server", "192.0.2.99", free, elsewhere],
];
Deno.test.each(unopened)("%s at %s:%d cannot open its socket: %s", async (...one) => {
  const [script, host, port, said] = one;
  const ended = await run(script, ["--port", `${port}`, "--host", host]);
  assertEquals(ended, { out: "", err: said, status: 1 });
});

// Runs a command without the right to bind port 80; fails where every port is free for all.
const drop = "[ $(cat /proc/sys/net/ipv4/ip_unprivileged_port_start) -gt 80 ] || exit 3\n" +
  '[ $(id -u) -gt 0 ] || exec setpriv --bounding-set -net_bind_service "$@"; exec "$@"';
const open = output("sh", "-c", drop, "sh", "true") === undefined ? "every port is free" : "";
const servers = ["tcp_server", "udp_server"] as const;
Deno.test.each(servers)(...unless(open, "%s has no right to bind the port"), async (script) => {
  const words = command(script, ["--port", "80"]);
  await using program = new Program(["sh", "-c", drop, "sh", ...words]);
  const said = "tidak diizinkan: perlu hak khusus, atau ada firewall (EACCES)\n";
  assertEquals([await program.ended(), program.err], [1, said]);
});

Deno.test("tcp: a second client is refused at once, by the system", async () => {
  await using chat = await meet("tcp_server");
  await chat.until("Terhubung dengan ");
  const { err } = await run("tcp_client", ["--port", `${chat.port}`]);
  assertEquals(err, refused);
  await chat.hear("halo", "halo"); // the first one's chat goes on
});

Deno.test("tcp: the server restarts on the same port at once", async () => {
  await using chat = await meet("tcp_server");
  await chat.ask();
  await chat.end(); // the server closes first, so that its side of the connection lingers
  assertEquals(await chat.ended(), 0);
  await using again = start("tcp_server", ["--port", `${chat.port}`]);
  await again.until("Menunggu koneksi dari client...\n");
});

/** The state of a program as the system tells it: T where it is stopped. */
const state = (pid: number) => output("ps", "-o", "state=", "-p", `${pid}`)?.trim();

Deno.test({
  name: "tcp: a client that resets before it is accepted is told of",
  ignore: state(Deno.pid) === undefined, // no program can be stopped, or none tells
  async fn() {
    await using server = await serve("tcp_server");
    await server.until("Menunggu koneksi dari client...\n");
    server.kill("SIGSTOP");
    while (state(server.pid) !== "T") continue; // a signal takes its time
    await (await tcpConnect(server.port)).leave!("resets");
    server.kill("SIGCONT");
    assertEquals(await server.ended(), 1);
    assertMatch(server.err, /\nkoneksi sudah putus \(ENOTCONN\)\n$/);
  },
});
