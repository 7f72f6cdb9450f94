// Draws the README's picture: the two terminals of a TCP chat with --skema, from a real run, and
// below them lines of Python with those of Deno.
import { read, root } from "../support/scripts.ts";
import { experiments, record } from "../support/transcript.ts";

/** What is played for the picture. */
export const [chat] = experiments(`
## README: the picture is that of a run of now
1. A: \`deno run --allow-net tcp_server.ts --skema\`
2. A: \`5050\`
3. B: \`deno run --allow-net tcp_client.ts --skema\`
4. B: \`5050\`
5. B: \`Halo!\`
6. A: \`Hai 👋\`
7. B: \`exit\`
`);

/** Lines of ClientTCP.py, by the marks of their twins in tcp_client.ts. */
const lines = {
  "py 4-5": "client_socket.connect((host, port))",
  "py 8: send": "client_socket.send(alvian.encode())",
  "py 11: recv": "data = client_socket.recv(1024).decode()",
};

// Two terminals of 31 columns are as wide as a phone can show; no usual font has wider columns.
const [column, row] = [10, 22];
const half = 33 * column;
const width = 2 * half + column;

function text(x: number, y: number, line: string, kind: string): string {
  const safe = line.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/^\[(Client|Server)\].*?:/, '<tspan class="$1">$&</tspan>');
  return `  <text x="${x}" y="${y}" class="${kind}">${safe}</text>`;
}

const box = (x: number, y: number, width: number, height: number) =>
  `  <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`;

/** The rows of a screen; what is too long for one goes on below, at a wide gap first. */
function rows(screen: string, left: number): string[] {
  const parts = screen.split("\n").flatMap((line) => {
    const kind = /^(?:Client|\$) /.test(line) ? "dim" : ""; // a command, or standard error
    return line.split(/ {2,}/).flatMap((part) => part.match(/\S.{0,30}(?!\S)/gu)!)
      .map((part, index) => ({ part, kind, x: left + (index > 0 ? 3 : 1) * column }));
  });
  return parts.map(({ part, kind, x }, index) => text(x, index * row + 28, part, kind));
}

/** The picture of a run of now, as an SVG document. */
export async function picture(): Promise<string> {
  const { A: server, B: client } = await record(chat!);
  const [left, right] = [rows(client!, 0), rows(server!, half + column)];
  const tall = (Math.max(left.length, right.length) + 1) * row;

  const below = tall + column;
  const script = read("tcp_client.ts").split("\n");
  const pairs = Object.entries(lines).flatMap(([mark, python], index) => {
    const [deno] = script.find((line) => line.includes(`// ${mark}`))!.trim().split(" //");
    const y = below + 2.5 * row * index + 28;
    return [text(column, y, python, "python"), text(column, y + row, deno!, "deno")];
  });

  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" viewBox="0 0 ${width} ${
    below + 8 * row
  }" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="16">
  <title>A TCP chat with --skema: the client at the left, the server at the right</title>
  <style>rect { fill: #1e2430; stroke: #59647a } text { fill: #e8ecf2 } .dim { fill: #a3adbf } .Client, .deno { fill: #5fd7e0 } .Server { fill: #8bd46e } .python { fill: #ffd866 }</style>
${[box(0, 0, half, tall), ...left, box(half + column, 0, half, tall), ...right].join("\n")}
${[box(0, below, width, 8 * row), ...pairs].join("\n")}
  <text x="${width - column}" y="${below + 28}" class="python" text-anchor="end">Python</text>
  <text x="${width - column}" y="${below + row + 28}" class="deno" text-anchor="end">Deno</text>
</svg>
`;
}

if (import.meta.main) {
  Deno.writeTextFileSync(new URL("docs/picture.svg", root), await picture());
}
