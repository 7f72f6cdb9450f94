#!/usr/bin/env -S deno run --allow-net
// TCP server, the twin of ServerTCP.py: serves one client and ends. Run it with
// deno run --allow-net tcp_server.ts
import { ask, askAddr, closed, draw, getopt, place, print, sendAll, tellPort } from "./format.ts"; // py 1: import

const options = getopt("host", "port");
// ?? gives its right side where the left is missing; await goes on once a value has come.
const host = options.host ?? "127.0.0.1"; // py 2: host
const { hostname, port } = await askAddr(host, 0, options.port); // py 3: port, int, input
const listener = Deno.listen({ hostname, port }); // py 4-6: socket, bind, listen
if (port === 0) tellPort(listener.addr);
print("Menunggu koneksi dari client..."); // py 7: print
const connection = await listener.accept(); // py 8: client_socket, accept
const addr = connection.remoteAddr; // py 8: addr
listener.close(); // before its time, so that the system refuses a second client
draw("Client → Connect → Server", `${place(addr)} → ${place(connection.localAddr)}`);
const more = addr.hostname.includes(":") ? ", 0, 0" : ""; // an IPv6 tuple is longer in Python
print(`Terhubung dengan ('${addr.hostname}', ${addr.port}${more})`); // py 9: print

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // or else it drops a leading U+FEFF
const buffer = new Uint8Array(1024);
while (true) { // py 10: while
  const size = await connection.read(buffer); // py 11: recv; null once the client has closed
  if (size !== null) draw("Client → Send → Server", `${size} byte`);
  const stream = size !== null; // half a character waits in the decoder while more can come
  const text = decoder.decode(buffer.subarray(0, size ?? 0), { stream }); // py 11: decode
  if (stream && text === "") continue;
  if (text === "") {
    closed("Client");
    break;
  }
  const alvian = text.replace(/\r?\n$/, ""); // py 11: alvian; nc and telnet end their lines
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 12-13: if, lower, break
  print(`[Client]: ${alvian}`); // py 14: print

  const balas = await ask("[Server] Ketik balasan: ", 1); // py 15: balas, input; not empty
  if (balas === null) break;
  const sent = await sendAll(connection, encoder.encode(balas)); // py 16: send, encode
  if (sent > 0) draw("Client ← Receive ← Server", `${sent} byte`);
}
connection.close(); // py 17: client_socket, close
draw("Client → Close ← Server");
// py 18: server_socket, close; done above
Deno.exit(); // at once: there is nothing left to wait for
