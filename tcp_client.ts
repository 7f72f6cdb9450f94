#!/usr/bin/env -S deno run --allow-net
// TCP client, the twin of ClientTCP.py. Run it with
// deno run --allow-net tcp_client.ts
import { ask, askAddr, closed, draw, getopt, place, print, sendAll } from "./format.ts"; // py 1: import

const options = getopt("host", "port");
// ?? gives its right side where the left is missing; await goes on once a value has come.
const host = options.host ?? "127.0.0.1"; // py 2: host
const { hostname, port } = await askAddr(host, 1, options.port); // py 3: port, int, input
const connection = await Deno.connect({ hostname, port }); // py 4-5: socket, connect
const { localAddr, remoteAddr } = connection;
draw("Client → Connect → Server", `${place(localAddr)} → ${place(remoteAddr)}`);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // or else it drops a leading U+FEFF
const buffer = new Uint8Array(1024);
while (true) { // py 6: while
  const alvian = await ask("[Client] Ketik pesan: ", 1); // py 7: alvian, input; not empty
  if (alvian === null) break;
  const sent = await sendAll(connection, encoder.encode(alvian)); // py 8: send, encode
  if (sent > 0) draw("Client → Send → Server", `${sent} byte`);
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break

  let size: number | null;
  let data: string;
  do { // again, where the bytes end inside a character
    size = await connection.read(buffer); // py 11: recv; null once the server has closed
    if (size !== null) draw("Client ← Receive ← Server", `${size} byte`);
    const stream = size !== null; // half a character waits in the decoder while more can come
    data = decoder.decode(buffer.subarray(0, size ?? 0), { stream }); // py 11: data, decode
  } while (data === "" && size !== null);
  if (data === "") {
    closed("Server");
    break;
  }
  print(`[Server]: ${data.replace(/\r?\n$/, "")}`); // py 12: print; nc ends its lines
}
connection.close(); // py 13: client_socket, close
draw("Client → Close ← Server");
Deno.exit(); // at once: there is nothing left to wait for
