#!/usr/bin/env -S deno run --allow-net
// TCP server, the twin of ServerTCP.py: `py 2` marks what stands for its line 2.
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
const listener = Deno.listen({ hostname: host, port }); // py 4-6: socket, bind, listen
if (port === 0) note(`Port yang dipilih sistem: ${listener.addr.port}`);
print("Menunggu koneksi dari client..."); // py 7: print
const connection = await listener.accept(); // py 8: client_socket, accept
const addr = connection.remoteAddr; // py 8: addr
listener.close(); // the connection stays; a second client is refused, in Python it waits
if (args.skema) {
  note(`Client → Connect → Server    ${place(addr)} → ${place(connection.localAddr)}`);
}
print(`Terhubung dengan ('${addr.hostname}', ${addr.port})`); // py 9: print

const decoder = new TextDecoder();
const buffer = new Uint8Array(1024);
while (true) { // py 10: while
  const size = await connection.read(buffer); // py 11: recv
  if (size === null) {
    note("Client menutup koneksi.");
    break;
  }
  if (args.skema) note(`Client → Send → Server       ${size} byte`);
  // `stream`: where TCP has cut a character, its first half waits in the decoder.
  const data = decoder.decode(buffer.subarray(0, size), { stream: true }); // py 11: decode
  const alvian = data.replace(/\r?\n$/, ""); // py 11: alvian; netcat sends a line end, too
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 12-13: if, lower, break
  print(`[Client]: ${alvian}`); // py 14: print

  const balas = await input("[Server] Ketik balasan: ", { min: 1 }); // py 15: balas, input
  if (balas === null) break;
  const bytes = new TextEncoder().encode(balas); // py 16: encode
  try {
    await sendAll(bytes); // py 16: send
    if (args.skema) note(`Client ← Receive ← Server    ${bytes.length} byte`);
  } catch (error) {
    const meaning = meaningOf(error);
    if (!meaning) throw error; // a mistake: Deno shows its line
    note(`Balasan tidak terkirim: ${meaning}`);
    Deno.exitCode = 1; // ends nothing: what the client said before is still read
  }
}
connection.close(); // py 17: client_socket, close
if (args.skema) note("Client → Close ← Server");
// py 18: server_socket, close; done after accept

/** Sends all of `bytes`, like Python's sendall. */
async function sendAll(bytes: Uint8Array) {
  let sent = 0;
  while (sent < bytes.length) {
    sent += await connection.write(bytes.subarray(sent)); // it may take only a part
  }
}
