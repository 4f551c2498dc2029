import { createServer } from 'node:http';
import { OpenAPIBackend } from 'openapi-backend';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/**
 * openapi-backend finds operations by their ids, its validator refuses `nullable` beside no type, and it asks requests for
 * what the document says is `readOnly`.
 */
function readable(document) {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) if (item[method]) item[method].operationId ??= `${method} ${path}`;
  }
  const walk = (part) => {
    if (part === null || typeof part !== 'object') return;
    if (part.nullable === true && !part.type) delete part.nullable;
    if (Array.isArray(part.required) && part.properties) {
      part.required = part.required.filter((name) => !part.properties[name]?.readOnly);
      if (!part.required.length) delete part.required;
    }
    Object.values(part).forEach(walk);
  };
  walk(document);
  return document;
}

/**
 * An API as its document describes it: openapi-backend holds every request against the document and answers with the
 * document's own examples, or with what it makes of the document's schemas.
 *
 * @param secret what stands for every key that the document asks for
 */
export async function startStandIn(document, secret) {
  const refused = [];
  const sends = (body, statusCode = 200) => ({ statusCode, body });
  const api = new OpenAPIBackend({
    definition: readable(structuredClone(document)),
    quick: true,
    validate: true,
    ajvOpts: { strict: false, formats: {}, validateFormats: false },
    handlers: {
      notFound: ({ request }) => refuse(404, `${request.method} ${request.path} is not in the document`),
      methodNotAllowed: ({ request }) => refuse(405, `${request.method} ${request.path} is not in the document`),
      validationFail: ({ request, validation }) =>
        refuse(400, `${request.method} ${request.path}: ${JSON.stringify(validation.errors).slice(0, 300)}`),
      unauthorizedHandler: ({ request }) => refuse(401, `${request.method} ${request.path}: without its key`),
      notImplemented: ({ api: of, operation }) => {
        const { status, mock } = of.mockResponseForOperation(operation.operationId);
        return sends(mock, status);
      },
    },
  });
  for (const [name, scheme] of Object.entries(document.components?.securitySchemes ?? {})) {
    api.registerSecurityHandler(name, ({ request }) => {
      const { authorization } = request.headers;
      if (scheme.type === 'apiKey' && scheme.in === 'query') return request.query[scheme.name] === secret;
      if (scheme.type === 'apiKey') return request.headers[scheme.name.toLowerCase()] === secret;
      const word = scheme.scheme ?? 'bearer';
      return authorization?.toLowerCase() === `${word.toLowerCase()} ${secret.toLowerCase()}`;
    });
  }
  await api.init();

  /** openapi-backend reads a text once more, so it is given one as it came. */
  function parsed(json, body) {
    if (!json || !body) return body || undefined;
    const value = JSON.parse(body);
    return typeof value === 'string' ? body : value;
  }

  function refuse(statusCode, why) {
    refused.push(why);
    return sends({ why }, statusCode);
  }

  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname, search } = new URL(request.url, 'http://stand-in');
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    const json = request.headers['content-type']?.startsWith('application/json');
    let answer;
    try {
      answer = await api.handleRequest({
        method: request.method,
        path: pathname,
        query: search.slice(1),
        headers: request.headers,
        body: parsed(json, body),
      });
    } catch (error) {
      answer = refuse(500, `${request.method} ${request.url}: ${error.message}`);
    }
    response.writeHead(answer.statusCode, { 'content-type': 'application/json' });
    // some documents write their examples as texts that hold JSON
    const written = typeof answer.body === 'string' && /^\s*[[{]/.test(answer.body);
    response.end(written ? answer.body : JSON.stringify(answer.body ?? null));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    refused,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
