#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP server, the twin of ServerUDP.py, whose line 9 is marked `py 9`.
import { parseArgs } from "@std/cli/parse-args"; // py 1: import; `Deno` needs none
import { input, note, place, portOrQuit, print, quit, quitOnError } from "./format.ts";

const args = parseArgs(Deno.args, { string: ["host", "port"], boolean: ["skema"], unknown: quit });
const host = args.host || "127.0.0.1"; // py 2: host
const port = portOrQuit(args.port || await input("Masukkan port server: "), 0); // py 3: port, int, input
addEventListener("unhandledrejection", (event) => quitOnError(event, host, port)); // sys.excepthook
const socket = Deno.listenDatagram({ hostname: host, port, transport: "udp" }); // py 4-5: socket, bind
const own = place(socket.addr);
if (port === 0) note(`Port yang dipilih sistem: ${own.replace(/.*:/, "")}`);

const buffer = new Uint8Array(65_535); // no datagram is longer
while (true) { // py 6: while
  const [bytes, addr] = await recvfrom(); // py 7: addr, recvfrom
  if (args.skema) {
    note(`Client → SendTo → Server     ${bytes.length} byte   ${place(addr)} → ${own}`);
  }
  const alvian = new TextDecoder().decode(bytes).replace(/\r?\n$/, ""); // py 8: alvian, decode
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break
  print(`[Client]: ${alvian}`); // py 11: print

  const balas = await input("[Server] Ketik balasan: "); // py 12: balas, input
  if (balas === null) break;
  const size = await socket.send(new TextEncoder().encode(balas), addr); // py 13: sendto, encode
  if (args.skema) note(`Server → RecvFrom → Client   ${size} byte   ${own} → ${place(addr)}`);
}
socket.close(); // py 14: server_socket, close

/** Gives the next datagram and its sender. */
async function recvfrom() {
  while (true) {
    try {
      return await socket.receive(buffer);
    } catch (error) { // Windows: a reply met nobody
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
  }
}
