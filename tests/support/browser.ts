/**
 * Debian's Chromium without a window, driven as its DevTools are: by JSON over a WebSocket.
 * @module
 */

/** Why there is no browser to test in; undefined where there is one. */
export const lacking = (() => {
  try {
    new Deno.Command("chromium", { args: ["--version"] }).outputSync();
  } catch {
    return "no chromium";
  }
})();

/** A page in a browser of its own; `await using` ends it. */
export class Page implements AsyncDisposable {
  readonly #profile = Deno.makeTempDirSync();
  readonly #waiting = new Map<number, (answer: { result: unknown; error?: unknown }) => void>();
  readonly #child = new Deno.Command("chromium", {
    args: [
      ..."--headless --no-sandbox --disable-gpu --disable-quic --no-first-run".split(" "),
      ..."--disable-background-networking --disable-component-update --disable-sync".split(" "),
      ...["--remote-debugging-port=0", `--user-data-dir=${this.#profile}`],
    ],
    stderr: "piped",
    stdout: "null",
  }).spawn();
  // A browser that hangs fails its test, instead of holding it up for ever.
  readonly #limit = setTimeout(() => this.#child.kill("SIGKILL"), 60_000);
  #socket!: WebSocket;
  #session: string | undefined;
  #ended!: Promise<void>;
  #sent = 0;

  /** Opens the page at `url` and gives it once it is loaded. */
  static async open(url: string | URL): Promise<Page> {
    const page = new Page();
    page.#socket = new WebSocket(await page.#address());
    page.#socket.onmessage = ({ data }) => {
      const answer = JSON.parse(data);
      page.#waiting.get(answer.id)?.(answer);
    };
    await new Promise((done) => page.#socket.onopen = done);
    const { targetId } = await page.send("Target.createTarget", { url: "about:blank" });
    const target = { targetId, flatten: true };
    page.#session = (await page.send("Target.attachToTarget", target)).sessionId;
    await page.send("Page.navigate", { url: `${url}` });
    await page.run(
      `new Promise((done) => document.readyState === "complete" ? done() : onload = done)`,
    );
    return page;
  }

  /** Where the browser listens, as it says on standard error. */
  async #address(): Promise<string> {
    const reader = this.#child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    while (!/ws:\S+\n/.test(said)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`chromium: ${said}`);
      said += value;
    }
    this.#ended = (async () => {
      while (!(await reader.read()).done);
    })();
    return said.match(/ws:\S+/)![0];
  }

  /** Calls `method` of the DevTools protocol and gives its result. */
  // deno-lint-ignore no-explicit-any -- each method has a result of its own
  async send(method: string, params = {}): Promise<any> {
    const id = ++this.#sent;
    const { promise, resolve } = Promise.withResolvers<{ result: unknown; error?: unknown }>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId: this.#session }));
    const { result, error } = await promise;
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  /** The value of `expression`, awaited, in the page; what the page forbids itself does not bind it. */
  // deno-lint-ignore no-explicit-any -- it is the caller who knows it
  async run(expression: string): Promise<any> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", params);
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session = undefined;
    await this.send("Browser.close");
    await this.#child.status;
    clearTimeout(this.#limit);
    await this.#ended; // its helpers, too, are gone
    Deno.removeSync(this.#profile, { recursive: true });
  }
}
