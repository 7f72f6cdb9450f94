// Draws the README's picture from a real run: the two terminals of a TCP chat with --skema.
import { root } from "../support/scripts.ts";
import { experiments, record } from "../support/transcript.ts";

/** What is played for the picture. */
export const [chat] = experiments(`
## README: the picture is that of a run of now
1. A: \`deno run --allow-net tcp_server.ts --port 5000 --skema\`
2. B: \`deno run --allow-net tcp_client.ts --port 5000 --skema\`
3. B: \`Halo!\`
4. A: \`Halo juga 👋\`
5. B: \`exit\`
`);

/** One line of a screen: a label as its side's, and dim what a person types or stderr says. */
function row(line: string, x: number, y: number): string {
  const text = line.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const parts = /^(?:\[(Client|Server)\][^:]*:|(Client|\$) .*|.*)/;
  const styled = text.replace(parts, (part, side = "", dim = "") => {
    return `<tspan class="${side.toLowerCase() || (dim && "dim")}">${part}</tspan>`;
  });
  return `  <text x="${x}" y="${y}" xml:space="preserve">${styled}</text>`;
}

/** The picture of a run of now, one terminal beside the other, as an SVG document. */
export async function picture(): Promise<string> {
  const screens = Object.values(await record(chat!)).map((screen) => screen.split("\n"));
  const height = Math.max(...screens.map((lines) => lines.length)) * 20 + 60;
  const terminals = screens.flatMap((lines, index) => [
    `  <rect x="${540 * index}" width="520" height="${height}" rx="8"/>`,
    ...lines.map((text, line) => row(text, 540 * index + 16, 40 + 20 * line)),
  ]);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1060 ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">
  <title>A TCP chat with --skema: the server at the left, the client at the right</title>
  <style>rect { fill: #1e2430; stroke: #59647a } text { fill: #e8ecf2 } .dim { fill: #a3adbf } .client { fill: #5fd7e0 } .server { fill: #8bd46e }</style>
${terminals.join("\n")}
</svg>
`;
}

if (import.meta.main) {
  Deno.writeTextFileSync(new URL("docs/picture.svg", root), await picture());
}
