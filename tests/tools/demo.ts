// Plays a short conversation between the real scripts over TCP, then one over UDP.
import { serve, start } from "../support/driver.ts";
import { protocols } from "../support/scripts.ts";

const conversation = [
  ["client", "Halo dari client!"],
  ["server", "Halo juga, dari server."],
  ["client", "Apa kabar? 👋"],
  ["server", "Baik, terima kasih 😀"],
  ["client", "exit"],
] as const;
const prompts = { client: "[Client] Ketik pesan: ", server: "[Server] Ketik balasan: " };

for (const protocol of protocols) {
  await using server = await serve(`${protocol}_server`);
  await using client = start(`${protocol}_client`, ["--port", `${server.port}`]);
  for (let lines = protocol === "tcp" ? 2 : 0; lines > 0; lines--) { // it waits, it is connected
    console.log(`TCP server | ${await server.until("\n")}`);
  }
  const programs = { client, server };
  for (const [side, text] of conversation) {
    const said = await programs[side].until(prompts[side]);
    for (const line of `${said}${prompts[side]}${text}`.split("\n")) {
      console.log(`${protocol.toUpperCase()} ${side} | ${line}`);
    }
    await programs[side].type(`${text}\n`);
  }
  const statuses = [await client.status, await server.status];
  if (statuses.some((status) => status !== 0)) throw new Error(`statuses: ${statuses}`);
}
