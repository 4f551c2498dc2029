// The peer: @x402/express as its README sets it up.
// Arguments: port, facilitator URL, upstream URL, network, payTo, number of paid routes
import express from "express";
import { HTTPFacilitatorClient } from "@x402/core/server";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { paymentMiddleware, x402ResourceServer } from "@x402/express";
import { compare, offer, path } from "./product.mjs";

const [port, facilitator, upstream, network, payTo, routes] = process.argv.slice(2);

const server = new x402ResourceServer(new HTTPFacilitatorClient({ url: facilitator }));
server.register(network, new ExactEvmScheme());

const app = express();
app.use(paymentMiddleware(offer(network, payTo, Number(routes)), server));
app.post(path, express.json(), async (request, response) => {
  response.json(await compare(upstream, request.body));
});
app.listen(Number(port), "127.0.0.1");
