// The peer: @x402/express as its README sets it up, selling the same product at the same price.
// Arguments: port, facilitator URL, upstream URL, network, payTo
import http from "node:http";
import express from "express";
import { HTTPFacilitatorClient } from "@x402/core/server";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { paymentMiddleware, x402ResourceServer } from "@x402/express";

const [port, facilitator, upstream, network, payTo] = process.argv.slice(2);
const path = "/api/tools/masked-face-comparison";
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

function callUpstream(parameters) {
  const body = new URLSearchParams({ Action: "CompareFaceWithMask", Version: "2019-12-30", ...parameters }).toString();
  const headers = { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request(upstream, { agent, method: "POST", headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks))));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const server = new x402ResourceServer(new HTTPFacilitatorClient({ url: facilitator }));
server.register(network, new ExactEvmScheme());

const app = express();
app.use(
  paymentMiddleware(
    {
      [`POST ${path}`]: {
        accepts: { scheme: "exact", price: "$0.20", network, payTo },
        description: "Compare two faces, masks allowed",
        mimeType: "application/json",
      },
    },
    server,
  ),
);
app.post(path, express.json(), async (request, response) => {
  const answer = await callUpstream(request.body);
  response.json({
    code: "200",
    content: "",
    data: { Action: "CompareFaceWithMask", RequestId: answer.RequestId, Result: answer.Data },
    message: "success",
  });
});
app.listen(Number(port), "127.0.0.1");
