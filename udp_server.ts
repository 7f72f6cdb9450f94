#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP server, the twin of the report's ServerUDP.py.
// Run it with: deno run --allow-net udp_server.ts
import { ask, askPort, fail, needNet, note, place, print, resolve, stop } from "./format.ts";
import { takeOptions, undisturbed } from "./format.ts";

const options = takeOptions(
  `Pemakaian: deno run --allow-net udp_server.ts [OPSI]

  --host ALAMAT    alamat IPv4 atau IPv6, atau nama (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port, 0 agar dipilih sistem (tanpa opsi ini ditanyakan)
  -h, --help       menampilkan bantuan ini

Contoh: deno run --allow-net udp_server.ts --host 0.0.0.0 --port 5000
`,
  "host",
  "port",
);
if (!Deno.listenDatagram) stop(1, "Socket UDP di Deno belum stabil: tambahkan --unstable-net");

const host = options.host ?? "127.0.0.1";
const port = await askPort(options.port, 0);
try {
  // Create a socket and bind it to the address.
  const hostname = await resolve(host);
  needNet(place({ hostname })); // every port of it: a client's port is known only once it writes
  const datagrams = Deno.listenDatagram({ hostname, port, transport: "udp" });
  if (port === 0) note(`Port yang dipilih sistem: ${(datagrams.addr as Deno.NetAddr).port}`);

  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(65_535); // no datagram is longer (RFC 768)
  while (true) {
    // Wait for a datagram from anyone.
    const [bytes, addr] = await undisturbed(() => datagrams.receive(buffer));
    const alvian = decoder.decode(bytes).replace(/\r?\n$/, ""); // nc ends its lines
    if (["exit", "quit"].includes(alvian.toLowerCase())) break;
    print(`[Client]: ${alvian}`);

    // Answer whoever sent it.
    const balas = await ask("[Server] Ketik balasan: ");
    if (balas === null) break;
    needNet(place(addr as Deno.NetAddr));
    await datagrams.send(encoder.encode(balas), addr);
  }
  datagrams.close();
} catch (error) {
  fail(error, place({ hostname: host, port }));
}
