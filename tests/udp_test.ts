// What UDP does not promise: a reply, its sender, that it can be sent at all.
import { assert, assertEquals } from "@std/assert";
import { meet, serve, udpPeer } from "./support/chat.ts";
import { output, python } from "./support/system.ts";

Deno.test("udp: a datagram from another port is told of, one from the server's is a reply", async () => {
  await using chat = await meet("udp_client");
  const { peer } = chat;
  await chat.say();
  using other = udpPeer(peer.from);
  for (const text of ["palsu 1", "palsu 2"]) {
    await other.send(text);
    const said = `Datagram dari 127.0.0.1:${other.port} diabaikan: bukan dari port ${peer.port}.\n`;
    await chat.until(said, "err");
  }
  await peer.send("asli");
  await chat.until(`[Server]: asli\n${chat.prompt}`);
  assertEquals(chat.out.includes("palsu"), false);
});

Deno.test("udp: a wait of 5 seconds is told once, and ends with the reply", async () => {
  await using chat = await meet("udp_client");
  await chat.hear("hai", "hai");
  await new Promise((resolve) => setTimeout(resolve, 5_200)); // nobody waits while somebody types
  assertEquals(chat.err, "");
  await chat.say();
  const begun = Date.now();
  await chat.until("Belum ada balasan: ", "err");
  assert(Date.now() - begun > 4_900);
  const said = await chat.until("\n", "err");
  for (const word of ["server", "--host 0.0.0.0", "firewall", "Ctrl-C"]) {
    assert(said.includes(word));
  }
  await chat.peer.send("akhirnya");
  await chat.until("[Server]: akhirnya\n");
  await chat.type("exit\n");
  assertEquals(await chat.ended(), 0);
  assertEquals(chat.err.match(/\n/g)?.length, 1);
});

// A forged datagram from port 0, to which no reply can be sent.
const forge = `
import socket, struct, sys
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
text = b"palsu"
raw.sendto(struct.pack("!4H", 0, int(sys.argv[1]), 8 + len(text), 0) + text, ("127.0.0.1", 0))`;
const mayForge = python && output(python, "-c", forge, "9") !== undefined; // root may

Deno.test({
  name: "udp_server: a reply that cannot be sent is told of, and the next client served",
  ignore: !mayForge,
  async fn() {
    await using server = await serve("udp_server", ["--skema"]);
    output(python!, "-c", forge, `${server.port}`);
    await server.until("[Client]: palsu\n[Server] Ketik balasan: ");
    await server.type("ke mana?\n");
    const said = "Balasan ke 127.0.0.1:0 tidak terkirim: ";
    await server.until(`${said}galat sistem: Invalid argument (os error 22)\n`, "err");
    using client = udpPeer(server.port);
    await client.send("halo");
    await server.until("[Client]: halo\n[Server] Ketik balasan: ");
    await server.type("hai\n");
    assertEquals(await client.receive(), "hai");
    await client.send("exit");
    assertEquals(await server.ended(), 1);
    assertEquals(server.err.match(/RecvFrom/g)?.length, 1); // what did not go out is not drawn
  },
});
