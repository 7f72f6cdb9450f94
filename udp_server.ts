#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP server, the twin of ServerUDP.py. Run it with
// deno run --allow-net udp_server.ts
import { ask, askAddr, draw, getopt, place, print, recvfrom, tellPort } from "./format.ts"; // py 1: import

const options = getopt("host", "port");
// ?? gives its right side where the left is missing; await goes on once a value has come.
const host = options.host ?? "127.0.0.1"; // py 2: host
const { hostname, port } = await askAddr(host, 0, options.port); // py 3: port, int, input
const socket = Deno.listenDatagram({ hostname, port, transport: "udp" }); // py 4-5: socket, bind
if (port === 0) tellPort(socket.addr);
const own = place(socket.addr);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // or else it drops a leading U+FEFF
while (true) { // py 6: while
  const [bytes, addr] = await recvfrom(socket); // py 7: addr, recvfrom
  draw("Client → SendTo → Server", `${bytes.length} byte   ${place(addr)} → ${own}`);
  const alvian = decoder.decode(bytes).replace(/\r?\n$/, ""); // py 8: decode; nc ends its lines
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break
  print(`[Client]: ${alvian}`); // py 11: print

  const balas = await ask("[Server] Ketik balasan: "); // py 12: balas, input
  if (balas === null) break;
  const size = await socket.send(encoder.encode(balas), addr); // py 13: sendto, encode
  draw("Server → RecvFrom → Client", `${size} byte   ${own} → ${place(addr)}`);
}
socket.close(); // py 14: server_socket, close
Deno.exit(); // at once: there is nothing left to wait for
