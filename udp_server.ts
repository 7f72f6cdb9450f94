#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP server, the twin of ServerUDP.py, whose line 9 is marked `py 9`.
// Run it with: deno run --allow-net udp_server.ts (deno.json adds --unstable-net)
import { ask, askAddr, draw, getopt, place, print, recvfrom, tellPort } from "./format.ts"; // py 1: import

const options = getopt("host", "port");
// ?? is "or else, where it is missing"; await waits for a value; draw works only with --skema.
const host = options.host ?? "127.0.0.1"; // py 2: host
const { hostname, port } = await askAddr(host, 0, options.port); // py 3: port, int, input; from 0
const socket = Deno.listenDatagram({ hostname, port, transport: "udp" }); // py 4-5: socket, bind
if (port === 0) tellPort(socket.addr);
const own = place(socket.addr);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // keeps U+FEFF, like Python
while (true) { // py 6: while
  const [bytes, addr] = await recvfrom(socket); // py 7: addr, recvfrom
  draw("Client → SendTo → Server", `${bytes.length} byte   ${place(addr)} → ${own}`);
  const text = decoder.decode(bytes); // py 8: decode
  const alvian = text.replace(/\r?\n$/, ""); // py 8: alvian; without the line end that nc adds
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break
  print(`[Client]: ${alvian}`); // py 11: print

  const balas = await ask("[Server] Ketik balasan: "); // py 12: balas, input
  if (balas === null) break; // end of input
  const size = await socket.send(encoder.encode(balas), addr); // py 13: sendto, encode
  draw("Server → RecvFrom → Client", `${size} byte   ${own} → ${place(addr)}`);
}
socket.close(); // py 14: server_socket, close
Deno.exit(); // 2 ms sooner than by itself
