// Many buyers at once, each with a wallet of his own. One who is told to come again does, with the same payment.
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { filled, paid } from "./requests.mjs";

export class Buyers {
  #agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  #requests;
  #refused = {};

  constructor(port, demand, count) {
    this.#requests = Array.from({ length: count }, () => filled(paid(port, demand)));
  }

  /** Ends when each has bought; tells how often they were sent away with which word. */
  async buy() {
    await Promise.all(this.#requests.map((request) => this.#buyOne(request)));
    this.#agent.destroy();
    return this.#refused;
  }

  async #buyOne(request) {
    for (;;) {
      const { status, again, body } = await this.#send(request);
      if (status === 200) return;
      const { error, retryable, charged } = JSON.parse(body);
      if (!retryable || charged !== "no" || !again) throw new Error(`A buyer was answered ${status}: ${body}`);
      this.#refused[error] = (this.#refused[error] ?? 0) + 1;
      // not all in the same instant
      await sleep(1000 * again * (1 + Math.random()));
    }
  }

  #send({ port, path, headers, body }) {
    return new Promise((resolve, reject) => {
      const options = { agent: this.#agent, host: "127.0.0.1", port, path, method: "POST" };
      const request = http.request({ ...options, headers: { ...headers, "Content-Length": Buffer.byteLength(body) } }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            again: Number(response.headers["retry-after"] ?? 0),
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      request.on("error", reject);
      request.end(body);
    });
  }
}
