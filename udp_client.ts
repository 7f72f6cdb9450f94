#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP client, the twin of ClientUDP.py, whose line 9 is marked `py 9`.
import { parseArgs } from "@std/cli/parse-args"; // py 1: import; `Deno` needs none
import { hint, input, note, place, portOrQuit, print, quit, quitOnError } from "./format.ts";

const args = parseArgs(Deno.args, { string: ["host", "port"], boolean: ["skema"], unknown: quit });
const host = args.host || "127.0.0.1"; // py 2: host
const port = portOrQuit(args.port || await input("Masukkan port server: "), 1); // py 3: port, int, input
addEventListener("unhandledrejection", (event) => quitOnError(event, host, port)); // sys.excepthook
const hostname = await gethostbyname(host);
const server: Deno.NetAddr = { hostname, port, transport: "udp" };
// Deno binds here, as Python's sendto does: to a loopback address if the server has one.
const all = hostname.includes(":") ? "::" : "0.0.0.0";
const local = /^127\.|^\[?::1\]?$/.test(hostname) ? hostname : all;
const socket = Deno.listenDatagram({ hostname: local, port: 0, transport: "udp" }); // py 4: socket
const own = place(socket.addr);

const slow = "Belum ada balasan: masih diketik, server mati, hanya lokal (tanpa --host 0.0.0.0), " +
  "atau terhalang firewall? Ctrl-C untuk berhenti.";
const buffer = new Uint8Array(65_535); // no datagram is longer
while (true) { // py 5: while
  const alvian = await input("[Client] Ketik pesan: "); // py 6: alvian, input
  if (alvian === null) break;
  const size = await socket.send(new TextEncoder().encode(alvian), server); // py 7: sendto, encode
  if (args.skema) note(`Client → SendTo → Server     ${size} byte   ${own} → ${place(server)}`);
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 8-9: if, lower, break

  const [data, from] = await hint(recvfrom(), slow); // py 10: data, recvfrom
  if (args.skema) note(`Server → RecvFrom → Client   ${data.length} byte   ${from} → ${own}`);
  print(`[Server]: ${new TextDecoder().decode(data).replace(/\r?\n$/, "")}`); // py 11: print, decode
}
socket.close(); // py 12: client_socket, close

/** Gives the next datagram from the server's port, and its sender. */
async function recvfrom(): Promise<[Uint8Array, string]> {
  while (true) {
    try {
      const [data, addr] = await socket.receive(buffer) as [Uint8Array, Deno.NetAddr];
      const from = place(addr);
      if (addr.port === port) return [data, from]; // from any address: a server may have several
      note(`Datagram dari ${from} diabaikan: bukan dari port ${port}.`);
    } catch (error) { // Windows: a message met nobody
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
  }
}

/** The address of `name`, IPv4 first, like AF_INET. */
async function gethostbyname(name: string) {
  if (/^[\d.]+$|:/.test(name)) return name; // is one itself
  const { lookup } = await import("node:dns/promises"); // slow to load
  return (await lookup(name, { order: "ipv4first" })).address;
}
