// Plays a short conversation between the real scripts over TCP, then one over UDP.
import { bold, cyan, dim, green, setColorEnabled } from "@std/fmt/colors";
import { serve, start } from "../support/chat.ts";
import { protocols } from "../support/scripts.ts";

const conversation = [
  ["client", "Halo dari client!"],
  ["server", "Halo juga, dari server."],
  ["client", "Apa kabar? 👋"],
  ["server", "Baik, terima kasih 😀"],
  ["client", "exit"],
] as const;
const prompts = { client: "[Client] Ketik pesan: ", server: "[Server] Ketik balasan: " };
const headings = {
  tcp: "TCP: sebuah koneksi, lalu pesan",
  udp: "UDP: pesan saja, tanpa koneksi",
};

if (!Deno.stdout.isTerminal()) setColorEnabled(false); // NO_COLOR does so, too

for (const protocol of protocols) {
  console.log(bold(headings[protocol]));
  await using server = await serve(`${protocol}_server`, ["--skema"]);
  await using client = start(`${protocol}_client`, ["--port", `${server.port}`, "--skema"]);
  const programs = { client, server };
  const labels = { client: cyan("client |"), server: green("server |") };
  type Side = keyof typeof programs;

  const say = async (side: Side) => console.log(labels[side], await programs[side].until("\n"));
  const draw = async (...sides: Side[]) => {
    for (const side of sides) {
      console.log(labels[side], dim(await programs[side].until("\n", "err")));
    }
  };

  if (protocol === "tcp") {
    await say("server");
    await draw("client", "server");
    await say("server");
  }
  for (const [side, text] of conversation) {
    const heard = await programs[side].until(prompts[side]);
    for (const line of `${heard}${prompts[side]}${text}`.split("\n")) {
      console.log(labels[side], line);
    }
    await programs[side].type(`${text}\n`);
    await draw(side, side === "client" ? "server" : "client");
  }
  if (protocol === "tcp") await draw("client", "server");

  const statuses = [await client.ended(), await server.ended()];
  if (statuses.some((status) => status !== 0)) {
    throw new Error(`statuses: ${statuses}\n${client.err}${server.err}`);
  }
  console.log();
}
console.log(
  "Sekarang giliran Anda: deno task tcp:server di satu terminal, deno task tcp:client di terminal lain.",
);
