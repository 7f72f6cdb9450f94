// Plays a short conversation between the real scripts over TCP, then one over UDP.
import { type Program, type Script, serve, start } from "../support/driver.ts";

/** Prints what a program says as it comes, a whole line at a time, marked by protocol and side. */
function show(mark: string): (text: string) => void {
  let line = "";
  return (text) => {
    const lines = (line + text).split("\n");
    line = lines.pop()!;
    for (const whole of lines) console.log(`${mark} | ${whole}`);
  };
}

/** Types `text` at the prompt that the program stands at, and shows it as a terminal would. */
async function answer(
  program: Program,
  prompt: string,
  text: string,
  heard: (text: string) => void,
) {
  await program.until(prompt);
  heard(`${text}\n`);
  await program.type(`${text}\n`);
}

const chat = [
  ["Halo dari client!", "Halo juga, dari server."],
  ["Apa kabar? 👋", "Baik, terima kasih 😀"],
] as const;

for (const protocol of ["tcp", "udp"] as const) {
  const atServer = show(`${protocol.toUpperCase()} server`);
  const atClient = show(`${protocol.toUpperCase()} client`);
  const { server, port } = await serve(`${protocol}_server`, [], { heard: atServer });
  await using _server = server;
  await using client = start(`${protocol}_client` as Script, ["--port", `${port}`], {
    heard: atClient,
  });
  for (const [pesan, balas] of chat) {
    await answer(client, "[Client] Ketik pesan: ", pesan, atClient);
    await answer(server, "[Server] Ketik balasan: ", balas, atServer);
  }
  await answer(client, "[Client] Ketik pesan: ", "exit", atClient);
  const statuses = [await client.status, await server.status];
  if (statuses.some((status) => status !== 0)) throw new Error(`statuses: ${statuses}`);
}
