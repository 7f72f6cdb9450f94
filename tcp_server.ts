#!/usr/bin/env -S deno run --allow-net
// TCP server, the twin of ServerTCP.py, whose line 9 is marked `py 9`: serves one client and ends.
// Run it with: deno run --allow-net tcp_server.ts
import { ask, askAddr, draw, getopt, place, print, sendAll, tellEnd, tellPort } from "./format.ts"; // py 1: import

const options = getopt("host", "port");
// ?? is "or else, where it is missing"; await waits for a value; draw works only with --skema.
const host = options.host ?? "127.0.0.1"; // py 2: host
const { hostname, port } = await askAddr(host, 0, options.port); // py 3: port, int, input; from 0
const listener = Deno.listen({ hostname, port }); // py 4-6: socket, bind, listen
if (port === 0) tellPort(listener.addr);
print("Menunggu koneksi dari client..."); // py 7: print
const connection = await listener.accept(); // py 8: client_socket, accept
const addr = connection.remoteAddr; // py 8: addr
listener.close(); // early, so that the system refuses a second client
draw("Client → Connect → Server", `${place(addr)} → ${place(connection.localAddr)}`);
const tail = addr.hostname.includes(":") ? ", 0, 0" : ""; // an IPv6 tuple is longer in Python
print(`Terhubung dengan ('${addr.hostname}', ${addr.port}${tail})`); // py 9: print

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // keeps U+FEFF, like Python
const buffer = new Uint8Array(1024);
while (true) { // py 10: while
  let size: number | null;
  let alvian: string;
  do { // again while there is only part of a character, which `stream` keeps in the decoder
    size = await connection.read(buffer); // py 11: recv; null once the client has closed
    if (size !== null) draw("Client → Send → Server", `${size} byte`);
    const bytes = buffer.subarray(0, size ?? 0); // only those just read
    alvian = decoder.decode(bytes, { stream: size !== null }); // py 11: alvian, decode
  } while (alvian === "" && size !== null);
  if (alvian === "") {
    tellEnd("Client");
    break;
  }
  alvian = alvian.replace(/\r?\n$/, ""); // without the line end that nc and telnet add
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 12-13: if, lower, break
  print(`[Client]: ${alvian}`); // py 14: print

  const balas = await ask("[Server] Ketik balasan: ", 1); // py 15: balas, input; 1 byte or more
  if (balas === null) break; // end of input
  const sent = await sendAll(connection, encoder.encode(balas)); // py 16: send, encode
  if (sent > 0) draw("Client ← Receive ← Server", `${sent} byte`);
}
connection.close(); // py 17: client_socket, close
draw("Client → Close ← Server");
// py 18: server_socket, close; done above, right after accept
Deno.exit(); // 2 ms sooner than by itself
