// The faster peer: @x402/hono as its README sets it up.
// Arguments: port, facilitator URL, upstream URL, network, payTo, number of paid routes
import { serve } from "@hono/node-server";
import { HTTPFacilitatorClient } from "@x402/core/server";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { paymentMiddleware, x402ResourceServer } from "@x402/hono";
import { Hono } from "hono";
import { compare, offer, path } from "./product.mjs";

const [port, facilitator, upstream, network, payTo, routes] = process.argv.slice(2);

const server = new x402ResourceServer(new HTTPFacilitatorClient({ url: facilitator }));
server.register(network, new ExactEvmScheme());

const app = new Hono();
app.use(paymentMiddleware(offer(network, payTo, Number(routes)), server));
app.post(path, async (context) => context.json(await compare(upstream, await context.req.json())));
serve({ fetch: app.fetch, port: Number(port), hostname: "127.0.0.1" });
