// Draws the README's picture from a real run: the two terminals of a TCP chat with --skema.
import { root } from "../support/driver.ts";
import { experiments, record } from "../support/transcript.ts";

/** What is played for the picture. */
export const [chat] = experiments(`
## The picture
1. A: \`deno run --allow-net tcp_server.ts --port 5000 --skema\`
2. B: \`deno run --allow-net tcp_client.ts --port 5000 --skema\`
3. B: \`Halo!\`
4. A: \`Halo juga 👋\`
5. B: \`exit\`
`).values();
const [width, line] = [520, 20];

const escape = (text: string) =>
  text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

/** One line of a screen; what is on standard error is dimmed, labels have their colours. */
function row(text: string, x: number, y: number): string {
  const [label = ""] = text.match(/^\[(?:Client|Server)\][^:]*:/) ?? [];
  const kind = label ? label.slice(1, 7).toLowerCase() : /^Client |^\$ /.test(text) ? "dim" : "";
  const first = label || text;
  return `  <text x="${x}" y="${y}" xml:space="preserve"><tspan class="${kind}">${
    escape(first)
  }</tspan>${escape(text.slice(first.length))}</text>`;
}

/** The picture of a run of now, one terminal beside the other, as an SVG document. */
export async function picture(): Promise<string> {
  const screens = Object.values(await record(chat!)).map((screen) => screen.split("\n"));
  const height = Math.max(...screens.map((lines) => lines.length)) * line + 60;
  const parts = screens.flatMap((lines, index) => {
    const x = index * (width + 20);
    return [
      `  <rect x="${x}" width="${width}" height="${height}" rx="8"/>`,
      ...lines.map((text, number) => row(text, x + 16, 40 + number * line)),
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${
    screens.length * (width + 20) - 20
  } ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">
  <title>A TCP chat with --skema: the server at the left, the client at the right</title>
  <style>rect { fill: #1e2430; stroke: #59647a } text { fill: #e8ecf2 } .dim { fill: #a3adbf } .client { fill: #5fd7e0 } .server { fill: #8bd46e }</style>
${parts.join("\n")}
</svg>
`;
}

if (import.meta.main) {
  Deno.writeTextFileSync(new URL("docs/picture.svg", root), await picture());
}
