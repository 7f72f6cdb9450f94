#!/usr/bin/env -S deno run --allow-net
// TCP client, the twin of ClientTCP.py, whose line 9 is marked `py 9`.
// Run it with: deno run --allow-net tcp_client.ts
import { ask, askAddr, draw, getopt, place, print, sendAll, tellEnd } from "./format.ts"; // py 1: import

const options = getopt("host", "port");
// ?? is "or else, where it is missing"; await waits for a value; draw works only with --skema.
const host = options.host ?? "127.0.0.1"; // py 2: host
const { hostname, port } = await askAddr(host, 1, options.port); // py 3: port, int, input; from 1
const connection = await Deno.connect({ hostname, port }); // py 4-5: socket, connect
const { localAddr, remoteAddr } = connection;
draw("Client → Connect → Server", `${place(localAddr)} → ${place(remoteAddr)}`);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // keeps U+FEFF, like Python
const buffer = new Uint8Array(1024);
while (true) { // py 6: while
  const alvian = await ask("[Client] Ketik pesan: ", 1); // py 7: alvian, input; 1 byte or more
  if (alvian === null) break; // end of input
  const sent = await sendAll(connection, encoder.encode(alvian)); // py 8: send, encode
  if (sent > 0) draw("Client → Send → Server", `${sent} byte`);
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break

  let size: number | null;
  let data: string;
  do { // again while there is only part of a character, which `stream` keeps in the decoder
    size = await connection.read(buffer); // py 11: recv; null once the server has closed
    if (size !== null) draw("Client ← Receive ← Server", `${size} byte`);
    const bytes = buffer.subarray(0, size ?? 0); // only those just read
    data = decoder.decode(bytes, { stream: size !== null }); // py 11: data, decode
  } while (data === "" && size !== null);
  if (data === "") {
    tellEnd("Server");
    break;
  }
  print(`[Server]: ${data.replace(/\r?\n$/, "")}`); // py 12: print; no line end
}
connection.close(); // py 13: client_socket, close
draw("Client → Close ← Server");
Deno.exit(); // 2 ms sooner than by itself
