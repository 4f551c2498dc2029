// What both peers sell: the same product at the same price, with the same upstream behind it.
import http from "node:http";

export const path = "/api/tools/masked-face-comparison";

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

/** So many routes at the same price, what is sold in their middle. */
export function offer(network, payTo, routes) {
  const accepts = { scheme: "exact", price: "$0.20", network, payTo };
  const each = (at) => [`POST ${at}`, { accepts, description: "Compare two faces, masks allowed", mimeType: "application/json" }];
  const paths = Array.from({ length: routes }, (_, i) => `/api/tools/service-${i + 1}`).with(routes >> 1, path);
  return Object.fromEntries(paths.map(each));
}

export async function compare(upstream, parameters) {
  const answer = await callUpstream(upstream, parameters);
  return {
    code: "200",
    content: "",
    data: { Action: "CompareFaceWithMask", RequestId: answer.RequestId, Result: answer.Data },
    message: "success",
  };
}

function callUpstream(upstream, parameters) {
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
