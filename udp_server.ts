#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP server, the twin of ServerUDP.py. Run it with
// deno run --allow-net udp_server.ts
import { ask, askPort, draw, fail, needNet, note, place, print, resolve, stop } from "./format.ts";
import { takeOptions, undisturbed } from "./format.ts"; // py 1: import; sockets are built into Deno

const usage = `Pemakaian: deno run --allow-net udp_server.ts [OPSI]

  --host ALAMAT    alamat IPv4 atau IPv6, atau nama (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port, 0 agar dipilih sistem (tanpa opsi ini ditanyakan)
  --skema          menggambar skema komunikasi di standard error
  -h, --help       menampilkan bantuan ini

Contoh: deno run --allow-net udp_server.ts --host 0.0.0.0 --port 5000
`;
const options = takeOptions(usage, "host", "port");
if (!Deno.listenDatagram) stop(1, "Socket UDP di Deno belum stabil: tambahkan --unstable-net");

const host = options.host ?? "127.0.0.1"; // py 2: host
const port = await askPort(options.port, 0); // py 3: port, int, input
try {
  const hostname = await resolve(host);
  needNet(place({ hostname })); // for every port: a client's is known only once it has written
  const socket = Deno.listenDatagram({ hostname, port, transport: "udp" }); // py 4-5: socket, bind
  const own = socket.addr as Deno.NetAddr;
  if (port === 0) note(`Port yang dipilih sistem: ${own.port}`);

  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(65_535); // no datagram is longer (RFC 768)
  while (true) { // py 6: while
    const [bytes, from] = await undisturbed(() => socket.receive(buffer)); // py 7: recvfrom
    const addr = from as Deno.NetAddr; // py 7: addr
    draw("Client → SendTo → Server", bytes.length, addr, own);
    const alvian = decoder.decode(bytes).replace(/\r?\n$/, ""); // py 8: decode; nc ends its lines
    if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break
    print(`[Client]: ${alvian}`); // py 11: print

    const balas = await ask("[Server] Ketik balasan: "); // py 12: balas, input
    if (balas === null) break;
    if (addr.hostname !== hostname) needNet(place(addr));
    const size = await socket.send(encoder.encode(balas), addr); // py 13: sendto, encode
    draw("Server → RecvFrom → Client", size, own, addr);
  }
  socket.close(); // py 14: close
} catch (error) {
  fail(error, place({ hostname: host, port }));
}
