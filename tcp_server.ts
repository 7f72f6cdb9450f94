#!/usr/bin/env -S deno run --allow-net
// TCP server, the twin of ServerTCP.py, whose line 9 is marked `py 9`.
import { parseArgs } from "@std/cli/parse-args"; // py 1: import; `Deno` needs none
import { input, note, place, portOrQuit, print, quit, quitOnError } from "./format.ts";

const args = parseArgs(Deno.args, { string: ["host", "port"], boolean: ["skema"], unknown: quit });
const host = args.host || "127.0.0.1"; // py 2: host
const port = portOrQuit(args.port || await input("Masukkan port server: "), 0); // py 3: port, int, input
addEventListener("unhandledrejection", (event) => quitOnError(event, host, port)); // sys.excepthook
const listener = Deno.listen({ hostname: host, port }); // py 4-6: socket, bind, listen
if (port === 0) note(`Port yang dipilih sistem: ${listener.addr.port}`);
print("Menunggu koneksi dari client..."); // py 7: print
const connection = await listener.accept(); // py 8: client_socket, accept
const addr = connection.remoteAddr; // py 8: addr
listener.close(); // so a second client is refused; listen(1) lets it wait
if (args.skema) {
  note(`Client → Connect → Server    ${place(addr)} → ${place(connection.localAddr)}`);
}
const tail = addr.hostname.includes(":") ? ", 0, 0" : ""; // as in an IPv6 tuple
print(`Terhubung dengan ('${addr.hostname}', ${addr.port}${tail})`); // py 9: print

const decoder = new TextDecoder();
const buffer = new Uint8Array(1024);
while (true) { // py 10: while
  const size = await connection.read(buffer); // py 11: recv
  if (size === null) {
    note("Client menutup koneksi.");
    break;
  }
  if (args.skema) note(`Client → Send → Server       ${size} byte`);
  // Half a character waits in the decoder. The line end of nc is cut.
  const text = decoder.decode(buffer.subarray(0, size), { stream: true }); // py 11: decode
  const alvian = text.replace(/\r?\n$/, ""); // py 11: alvian
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 12-13: if, lower, break
  print(`[Client]: ${alvian}`); // py 14: print

  const balas = await input("[Server] Ketik balasan: ", 1); // py 15: balas, input; 1 byte or more
  if (balas === null) break;
  const sent = await sendAll(new TextEncoder().encode(balas)); // py 16: send, encode
  if (args.skema && sent > 0) note(`Client ← Receive ← Server    ${sent} byte`); // the client's view
}
connection.close(); // py 17: client_socket, close
if (args.skema) note("Client → Close ← Server");
// py 18: server_socket, close; done after accept

/** Sends all of `bytes`; gives how many went out before the client left. */
async function sendAll(bytes: Uint8Array): Promise<number> {
  let sent = 0;
  try {
    while (sent < bytes.length) sent += await connection.write(bytes.subarray(sent));
  } catch { /* read still gives what was said before, then the end */ }
  return sent;
}
