#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP client, the twin of the report's ClientUDP.py.
// Run it with: deno run --allow-net udp_client.ts
import { ask, askPort, fail, needNet, note, place, print, refuse, resolve } from "./format.ts";
import { stop, takeOptions, undisturbed } from "./format.ts";

const options = takeOptions(
  `Pemakaian: deno run --allow-net udp_client.ts [OPSI]

  --host ALAMAT    alamat IPv4 atau IPv6 server, atau namanya (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port server (tanpa opsi ini ditanyakan)
  --timeout DETIK  menyerah bila balasan tidak datang selama DETIK detik
  -h, --help       menampilkan bantuan ini

Contoh: deno run --allow-net udp_client.ts --port 5000 --timeout 10
`,
  "host",
  "port",
  "timeout",
);
const timeout = Number(options.timeout ?? 1);
// A timer holds at most 2^31 - 1 milliseconds.
if (!/^[\d.]+$/.test(options.timeout ?? "1") || !(timeout > 0 && timeout <= 2_147_483)) {
  refuse(`Timeout harus lebih dari 0 dan paling banyak 2147483 detik, bukan "${options.timeout}"`);
}
if (!Deno.listenDatagram) stop(1, "Socket UDP di Deno belum stabil: tambahkan --unstable-net");

const host = options.host ?? "127.0.0.1";
const port = await askPort(options.port, 1);
try {
  // Create a socket. Deno binds every datagram socket: on loopback for a server there, so that
  // --allow-net=127.0.0.1 is enough, else on all addresses.
  const server = { hostname: await resolve(host), port, transport: "udp" } as const;
  const own = /^127\.|^::1$/.test(server.hostname)
    ? server.hostname
    : server.hostname.includes(":")
    ? "::"
    : "0.0.0.0";
  needNet(place(server), place({ hostname: own, port: 0 }));
  const datagrams = Deno.listenDatagram({ hostname: own, port: 0, transport: "udp" });

  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(65_535); // no datagram is longer (RFC 768)
  while (true) {
    // Send a datagram. Nothing tells whether anyone is there.
    const alvian = await ask("[Client] Ketik pesan: ");
    if (alvian === null) break;
    await datagrams.send(encoder.encode(alvian), server);
    if (["exit", "quit"].includes(alvian.toLowerCase())) break;

    // Wait for the server's reply, which UDP does not promise.
    const hint = setTimeout(
      () => note("Belum ada balasan: UDP tidak menjamin pesan sampai."),
      5_000,
    );
    const giveUp = () => stop(1, `Tidak ada balasan selama ${options.timeout} detik.`);
    const limit = options.timeout === undefined ? undefined : setTimeout(giveUp, timeout * 1_000);
    let data: string | undefined;
    let said = false;
    while (data === undefined) {
      const [bytes, addr] = await undisturbed(() => datagrams.receive(buffer));
      const peer = place(addr as Deno.NetAddr);
      if (peer === place(server)) data = decoder.decode(bytes);
      else if (!said) note(`Datagram dari ${peer} diabaikan: bukan dari ${place(server)}.`);
      said = true;
    }
    clearTimeout(hint);
    clearTimeout(limit);
    print(`[Server]: ${data.replace(/\r?\n$/, "")}`); // nc ends its lines
  }
  datagrams.close();
} catch (error) {
  fail(error, place({ hostname: host, port }));
}
