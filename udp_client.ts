#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP client, the twin of ClientUDP.py. Run it with
// deno run --allow-net udp_client.ts
import { ask, askAddr, draw, getopt, note, place, print, recvfrom } from "./format.ts"; // py 1: import

const options = getopt("host", "port", "timeout");
// ?? gives its right side where the left is missing; await goes on once a value has come.
const host = options.host ?? "127.0.0.1"; // py 2: host
const given = options.timeout ?? "2147483"; // seconds; a timer holds no more (24 days)
const limit = Number(given);
const valid = /^[\d.]+$/.test(given) && limit > 0 && limit <= 2_147_483;
if (!valid) note(`Timeout harus lebih dari 0 dan paling banyak 2147483 detik, bukan "${given}"`, 2);
const { hostname, port } = await askAddr(host, 1, options.port); // py 3: port, int, input
const [any, loopback] = hostname.includes(":") ? ["::", "::1"] : ["0.0.0.0", "127.0.0.1"];
const to = hostname === any ? loopback : hostname; // at a client, any address is its own computer
const from = /^127\.|^::1$/.test(to) ? to : any; // nobody else need reach a chat with oneself
const socket = Deno.listenDatagram({ hostname: from, port: 0, transport: "udp" }); // py 4: socket
const server = { hostname: to, port, transport: "udp" } as const; // "udp" itself, not any string
const own = place(socket.addr);
// One spelling for each address, the scope (%eth0) left out as in the address of a reply.
const spell = (address: Deno.Addr) => new URL(`udp://${place(address).replace(/%.*]/, "]")}`).host;
let timer: ReturnType<typeof setTimeout>; // of the wait for a reply
const late = () => {
  if (limit > 5) note("Belum ada balasan: UDP tidak menjamin pesan sampai.");
  draw("Server ✕ RecvFrom ✕ Client");
  timer = setTimeout(giveUp, Math.max(0, limit - 5) * 1_000);
};
const giveUp = () => note(`Tidak ada balasan selama ${limit} detik.`, 1);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // or else it drops a leading U+FEFF
while (true) { // py 5: while
  const alvian = await ask("[Client] Ketik pesan: "); // py 6: alvian, input
  if (alvian === null) break;
  const size = await socket.send(encoder.encode(alvian), server); // py 7: sendto, encode
  draw("Client → SendTo → Server", `${size} byte   ${own} → ${place(server)}`);
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 8-9: if, lower, break

  timer = setTimeout(late, Math.min(5, limit) * 1_000);
  let [data, addr] = await recvfrom(socket); // py 10: data, recvfrom
  const first = addr;
  while (spell(addr) !== spell(server)) { // anyone may write to a UDP socket
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
Deno.exit(); // at once: there is nothing left to wait for
