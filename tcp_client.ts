#!/usr/bin/env -S deno run --allow-net
// TCP client, the twin of ClientTCP.py: `py 2` marks what stands for its line 2.
import { parseArgs } from "@std/cli/parse-args"; // py 1: import; `Deno` needs none
import {
  helpOrQuit,
  hint,
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
const port = portOrQuit(text, { min: 1 }); // py 3: port, int
const slow = `Belum tersambung ke ${host}: periksa alamatnya, servernya, dan firewall.`;
const connecting = Deno.connect({ hostname: host, port }); // py 4-5: socket, connect
const connection = await hint(connecting, slow); // waits until it is connected
const { localAddr, remoteAddr } = connection;
if (args.skema) note(`Client → Connect → Server    ${place(localAddr)} → ${place(remoteAddr)}`);

const decoder = new TextDecoder();
const buffer = new Uint8Array(1024);
while (true) { // py 6: while
  const alvian = await input("[Client] Ketik pesan: ", { min: 1 }); // py 7: alvian, input
  if (alvian === null) break;
  const bytes = new TextEncoder().encode(alvian); // py 8: encode
  try {
    await sendAll(bytes); // py 8: send
    if (args.skema) note(`Client → Send → Server       ${bytes.length} byte`);
  } catch (error) {
    const meaning = meaningOf(error);
    if (!meaning) throw error; // a mistake: Deno shows its line
    note(`Pesan tidak terkirim: ${meaning}`);
    Deno.exitCode = 1; // ends nothing: what the server said before is still read
  }
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break

  const size = await connection.read(buffer); // py 11: recv
  if (size === null) {
    note("Server menutup koneksi.");
    break;
  }
  if (args.skema) note(`Client ← Receive ← Server    ${size} byte`);
  // `stream`: where TCP has cut a character, its first half waits in the decoder.
  const data = decoder.decode(buffer.subarray(0, size), { stream: true }); // py 11: data, decode
  const line = data.replace(/\r?\n$/, ""); // netcat sends a line end, too
  print(`[Server]: ${line}`); // py 12: print
}
connection.close(); // py 13: client_socket, close
if (args.skema) note("Client → Close ← Server");

/** Sends all of `bytes`, like Python's sendall. */
async function sendAll(bytes: Uint8Array) {
  let sent = 0;
  while (sent < bytes.length) {
    sent += await connection.write(bytes.subarray(sent)); // it may take only a part
  }
}
