#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP client, the twin of ClientUDP.py. Run it with
// deno run --allow-net udp_client.ts
import { ask, askPort, draw, fail, needNet, note, place, print, refuse } from "./format.ts";
import { patience, resolve, stop, takeOptions, undisturbed } from "./format.ts"; // py 1: import

const usage = `Pemakaian: deno run --allow-net udp_client.ts [OPSI]

  --host ALAMAT    alamat IPv4 atau IPv6 server, atau namanya (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port server (tanpa opsi ini ditanyakan)
  --timeout DETIK  menyerah bila balasan tidak datang selama DETIK detik
  --skema          menggambar skema komunikasi di standard error
  -h, --help       menampilkan bantuan ini

Contoh: deno run --allow-net udp_client.ts --port 5000 --timeout 10
`;
const options = takeOptions(usage, "host", "port", "timeout");
const timeout = Number(options.timeout ?? 1); // seconds; a timer holds 2^31 - 1 milliseconds
if (!/^[\d.]+$/.test(options.timeout ?? "1") || !(timeout > 0 && timeout <= 2_147_483)) {
  refuse(`Timeout harus lebih dari 0 dan paling banyak 2147483 detik, bukan "${options.timeout}"`);
}
if (!Deno.listenDatagram) stop(1, "Socket UDP di Deno belum stabil: tambahkan --unstable-net");

const host = options.host ?? "127.0.0.1"; // py 2: host
const port = await askPort(options.port, 1); // py 3: port, int, input
try {
  const server = { hostname: await resolve(host), port, transport: "udp" } as const;
  const any = server.hostname.includes(":") ? "::" : "0.0.0.0";
  const hostname = /^127\.|^::1$/.test(server.hostname) ? server.hostname : any;
  needNet(place(server), place({ hostname, port: 0 }));
  const socket = Deno.listenDatagram({ hostname, port: 0, transport: "udp" }); // py 4: socket
  const own = socket.addr as Deno.NetAddr; // Deno binds at once, Python at the first sendto

  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(65_535); // no datagram is longer (RFC 768)
  const hint = patience(5_000, () => {
    note("Belum ada balasan: UDP tidak menjamin pesan sampai.");
    draw("Server ✕ RecvFrom ✕ Client");
  });
  const limit = patience(timeout * 1_000, () => {
    draw("Server ✕ RecvFrom ✕ Client");
    stop(1, `Tidak ada balasan selama ${options.timeout} detik.`);
  });
  while (true) { // py 5: while
    const alvian = await ask("[Client] Ketik pesan: "); // py 6: alvian, input
    if (alvian === null) break;
    const size = await socket.send(encoder.encode(alvian), server); // py 7: sendto, encode
    draw("Client → SendTo → Server", size, own, server);
    if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 8-9: if, lower, break

    hint(true);
    if (options.timeout) limit(true);
    let data: Uint8Array | undefined;
    let told = false;
    while (data === undefined) {
      const [bytes, from] = await undisturbed(() => socket.receive(buffer)); // py 10: recvfrom
      const addr = from as Deno.NetAddr;
      const known = addr.hostname === server.hostname && addr.port === server.port;
      draw(`${known ? "Server" : "Asing "} → RecvFrom → Client`, bytes.length, addr, own);
      if (known) data = bytes; // py 10: data
      else if (!told) note(`Datagram dari ${place(addr)} diabaikan: bukan dari ${place(server)}.`);
      told = true;
    }
    hint(false);
    limit(false);
    print(`[Server]: ${decoder.decode(data).replace(/\r?\n$/, "")}`); // py 11: print, decode
  }
  socket.close(); // py 12: close
  stop(0); // at once, whatever the timers
} catch (error) {
  fail(error, place({ hostname: host, port }));
}
