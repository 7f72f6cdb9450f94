#!/usr/bin/env -S deno run --allow-net --unstable-net
// UDP client, the twin of ClientUDP.py: `py 2` marks what stands for its line 2.
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
const searching = `Alamat ${host} belum ditemukan: periksa namanya dan jaringan.`;
const hostname = await hint(gethostbyname(host), searching);
const server: Deno.NetAddr = { hostname, port, transport: "udp" };
// What the client binds: Python's first sendto takes 0.0.0.0, any address of this computer.
let local = "0.0.0.0";
if (hostname.includes(":")) local = "::"; // the same in IPv6
// For a server on this computer its address will do, which no other computer can write to.
if (hostname.startsWith("127.") || hostname === "::1") local = hostname;
const socket = Deno.listenDatagram({ hostname: local, port: 0, transport: "udp" }); // py 4: socket

const slow = "Belum ada balasan: masih diketik, server mati, hanya lokal (tanpa --host 0.0.0.0), " +
  "atau terhalang firewall? Ctrl-C untuk berhenti.";
const buffer = new Uint8Array(65_535); // the longest datagram
while (true) { // py 5: while
  const alvian = await input("[Client] Ketik pesan: "); // py 6: alvian, input
  if (alvian === null) break;
  const bytes = new TextEncoder().encode(alvian); // py 7: encode
  try {
    await socket.send(bytes, server); // py 7: sendto
    if (args.skema) {
      const way = `${place(socket.addr)} → ${place(server)}`;
      note(`Client → SendTo → Server     ${bytes.length} byte   ${way}`);
    }
  } catch (error) {
    const meaning = meaningOf(error);
    if (!meaning) throw error; // a mistake: Deno shows its line
    note(`Pesan tidak terkirim: ${meaning}`);
    Deno.exitCode = 1;
    break; // no reply would come
  }
  if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 8-9: if, lower, break

  const [data, addr] = await hint(recvfrom(), slow); // py 10: data, recvfrom
  if (args.skema) {
    const way = `${place(addr)} → ${place(socket.addr)}`;
    note(`Server → RecvFrom → Client   ${data.length} byte   ${way}`);
  }
  const line = new TextDecoder().decode(data).replace(/\r?\n$/, ""); // py 11: decode
  print(`[Server]: ${line}`); // py 11: print
}
socket.close(); // py 12: client_socket, close

/** Gives the next datagram from the server's port, and its sender. */
async function recvfrom(): Promise<[Uint8Array, Deno.NetAddr]> {
  while (true) {
    try {
      const [data, addr] = await socket.receive(buffer);
      const sender = addr as Deno.NetAddr;
      // A server with several addresses may reply from another one, but from the same port.
      if (sender.port === port) return [data, sender];
      note(`Datagram dari ${place(sender)} diabaikan: bukan dari port ${port}.`);
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) continue; // Windows: a message found nobody
      throw error;
    }
  }
}

/** The address of `name`: IPv4, or where it has none IPv6. */
async function gethostbyname(name: string) {
  const digitsAndDots = /^[\d.]+$/;
  if (name.includes(":") || digitsAndDots.test(name)) return name; // no name: an address
  const dns = await import("node:dns/promises"); // slow to load, so only for a name
  const found = await dns.lookup(name, { order: "ipv4first" });
  return found.address;
}
