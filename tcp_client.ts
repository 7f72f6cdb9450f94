#!/usr/bin/env -S deno run --allow-net
// TCP client, the twin of ClientTCP.py, whose line 9 is marked `py 9`.
import { parseArgs } from "@std/cli/parse-args"; // py 1: import; `Deno` needs none
import { hint, input, note, place, portOrQuit, print, quit, quitOnError } from "./format.ts";

const args = parseArgs(Deno.args, { string: ["host", "port"], boolean: ["skema"], unknown: quit });
const host = args.host || "127.0.0.1"; // py 2: host
const port = portOrQuit(args.port || await input("Masukkan port server: "), 1); // py 3: port, int, input
addEventListener("unhandledrejection", (event) => quitOnError(event, host, port)); // sys.excepthook
const connecting = Deno.connect({ hostname: host, port }); // py 4-5: socket, connect
const slow = `Belum tersambung ke ${host}: periksa alamatnya, servernya, dan firewall.`;
const connection = await hint(connecting, slow);
const { localAddr, remoteAddr } = connection;
if (args.skema) note(`Client → Connect → Server    ${place(localAddr)} → ${place(remoteAddr)}`);

const decoder = new TextDecoder();
const buffer = new Uint8Array(1024);
while (true) { // py 6: while
  const alvian = await input("[Client] Ketik pesan: ", 1); // py 7: alvian, input; 1 byte or more
  if (alvian === null) break;
  const sent = await sendAll(new TextEncoder().encode(alvian)); // py 8: send, encode
  if (args.skema && sent > 0) note(`Client → Send → Server       ${sent} byte`);
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break

  const size = await connection.read(buffer); // py 11: recv
  if (size === null) {
    note("Server menutup koneksi.");
    break;
  }
  if (args.skema) note(`Client ← Receive ← Server    ${size} byte`);
  // Half a character waits in the decoder. The line end of nc is cut.
  const data = decoder.decode(buffer.subarray(0, size), { stream: true }); // py 11: data, decode
  print(`[Server]: ${data.replace(/\r?\n$/, "")}`); // py 12: print
}
connection.close(); // py 13: client_socket, close
if (args.skema) note("Client → Close ← Server");

/** Sends all of `bytes`; gives how many went out before the server left. */
async function sendAll(bytes: Uint8Array): Promise<number> {
  let sent = 0;
  try {
    while (sent < bytes.length) sent += await connection.write(bytes.subarray(sent));
  } catch { /* read still gives what was said before, then the end */ }
  return sent;
}
