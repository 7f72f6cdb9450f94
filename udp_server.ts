#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP server, the twin of ServerUDP.py: `py 2` marks what stands for its line 2.
import { parseArgs } from "@std/cli/parse-args"; // py 1: import; `Deno` needs none
import {
  helpOrQuit,
  input,
  meaningOf,
  note,
  place,
  portOrQuit,
  print,
  quitOnError,
} from "./format.ts";

// An error that no line below catches ends in quitOnError.
addEventListener("unhandledrejection", quitOnError);

const words = Deno.args.filter((word) => word !== "--"); // sys.argv[1:], without npm's `--`
const args = parseArgs(words, {
  string: ["host", "port"],
  boolean: ["skema"],
  unknown: helpOrQuit, // for any other word, such as --help
});
const host = args.host || "127.0.0.1"; // py 2: host
const text = args.port || await input("Masukkan port server: "); // py 3: input
const port = portOrQuit(text, { min: 0 }); // py 3: port, int
const socket = Deno.listenDatagram({ hostname: host, port, transport: "udp" }); // py 4-5: socket, bind
const own = socket.addr as Deno.NetAddr;
if (port === 0) note(`Port yang dipilih sistem: ${own.port}`);

const buffer = new Uint8Array(65_535); // the longest datagram
while (true) { // py 6: while
  const [data, addr] = await recvfrom(); // py 7: addr, recvfrom
  if (args.skema) {
    const way = `${place(addr)} → ${place(own)}`;
    note(`Client → SendTo → Server     ${data.length} byte   ${way}`);
  }
  const alvian = new TextDecoder().decode(data).replace(/\r?\n$/, ""); // py 8: alvian, decode
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break
  print(`[Client]: ${alvian}`); // py 11: print

  const balas = await input("[Server] Ketik balasan: "); // py 12: balas, input
  if (balas === null) break;
  const bytes = new TextEncoder().encode(balas); // py 13: encode
  try {
    await socket.send(bytes, addr); // py 13: sendto
    if (args.skema) {
      const way = `${place(own)} → ${place(addr)}`;
      note(`Server → RecvFrom → Client   ${bytes.length} byte   ${way}`);
    }
  } catch (error) {
    const meaning = meaningOf(error);
    if (!meaning) throw error; // a mistake: Deno shows its line
    note(`Balasan ke ${place(addr)} tidak terkirim: ${meaning}`);
    Deno.exitCode = 1; // ends nothing: the next client is served
  }
}
socket.close(); // py 14: server_socket, close

/** Gives the next datagram and its sender. */
async function recvfrom() {
  while (true) {
    try {
      return await socket.receive(buffer);
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) continue; // Windows: a reply found nobody
      throw error;
    }
  }
}
