// A backend behind a login, on Node's own HTTP server: node backend.mjs PORT IDLE_MILLISECONDS
import { createServer } from 'node:http';

const [port, idle] = process.argv.slice(2).map(Number);
const tokens = new Set();
const posts = [];
let logins = 0;

function content(method, path, token) {
  switch (path) {
    case '/ready':
      return [200, 'ready'];
    case '/posts':
      return [200, posts.join('\n')];
    case '/expire':
      tokens.clear();
      return [200, 'expired'];
    case '/login':
      tokens.add(`token-${++logins}`);
      return [200, `token-${logins}`];
  }
  if (!tokens.has(token)) {
    return [401, 'no login'];
  }
  if (method === 'POST') {
    posts.push(path);
  }
  return [200, 'data'];
}

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const [status, text] = content(request.method, request.url, request.headers['x-token']);
    response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(text) });
    response.end(text);
  });
});
server.keepAliveTimeout = idle;
server.listen(port, '127.0.0.1');
