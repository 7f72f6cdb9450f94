#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP client, the twin of ClientUDP.py, whose line 9 is marked `py 9`.
// Run it with: deno run --allow-net udp_client.ts (deno.json adds --unstable-net)
import { ask, askAddr, draw, getopt, note, place, print, recvfrom } from "./format.ts"; // py 1: import

const options = getopt("host", "port", "timeout");
// ?? is "or else, where it is missing"; await waits for a value; draw works only with --skema.
const host = options.host ?? "127.0.0.1"; // py 2: host
const given = options.timeout ?? "2147483"; // seconds; a timer holds no more (24 days)
const limit = Number(given);
const valid = /^[\d.]+$/.test(given) && limit > 0 && limit <= 2_147_483;
if (!valid) note(`Timeout harus lebih dari 0 dan paling banyak 2147483 detik, bukan "${given}"`, 2);
const { hostname, port } = await askAddr(host, 1, options.port); // py 3: port, int, input; from 1
const [wildcard, loopback] = hostname.includes(":") ? ["::", "::1"] : ["0.0.0.0", "127.0.0.1"];
const to = /^[0.:]+$/.test(hostname) ? loopback : hostname; // 0.0.0.0 means this computer, too
const from = /^127\.|^::1$/.test(to) ? to : wildcard; // a local chat is closed to others
const socket = Deno.listenDatagram({ hostname: from, port: 0, transport: "udp" }); // py 4: socket
const server = { hostname: to, port, transport: "udp" } as const; // as const: "udp", not any string
const own = place(socket.addr);
// In a URL equal addresses look alike; the scope (%eth0) is left out, as in a reply.
const plain = (address: Deno.Addr) => new URL(`udp://${place(address).replace(/%.*]/, "]")}`).host;
const giveUp = () => note(`Tidak ada balasan selama ${given} detik.`, 1); // with status 1
let timer: ReturnType<typeof setTimeout>;
const late = () => { // after 5 seconds, or at the limit
  if (limit > 5) note("Belum ada balasan: UDP tidak menjamin pesan sampai.");
  draw("Server ✕ RecvFrom ✕ Client");
  timer = setTimeout(giveUp, Math.max(0, limit - 5) * 1_000);
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // keeps U+FEFF, like Python
while (true) { // py 5: while
  const alvian = await ask("[Client] Ketik pesan: "); // py 6: alvian, input
  if (alvian === null) break; // end of input
  const size = await socket.send(encoder.encode(alvian), server); // py 7: sendto, encode
  draw("Client → SendTo → Server", `${size} byte   ${own} → ${place(server)}`);
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 8-9: if, lower, break

  timer = setTimeout(late, Math.min(5, limit) * 1_000);
  let [data, addr] = await recvfrom(socket); // py 10: data, recvfrom
  const first = addr; // told of once
  while (plain(addr) !== plain(server)) { // anyone may write to a UDP socket
    draw("Asing  → RecvFrom → Client", `${data.length} byte   ${place(addr)} → ${own}`);
    if (addr === first) {
      note(`Datagram dari ${place(addr)} diabaikan: bukan dari ${place(server)}.`);
      note(`Jika itu servernya: --host ${addr.hostname} --port ${addr.port}`);
    }
    [data, addr] = await recvfrom(socket);
  }
  clearTimeout(timer);
  draw("Server → RecvFrom → Client", `${data.length} byte   ${place(addr)} → ${own}`);
  print(`[Server]: ${decoder.decode(data).replace(/\r?\n$/, "")}`); // py 11: print, decode
}
socket.close(); // py 12: close
Deno.exit(); // 2 ms sooner than by itself
