// npm's oidc-provider with its development pages: any user name and password will do, and consent is asked for.
// node server.mjs NODE_MODULES PORT CALLBACK
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, port, callback] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(createRequire(`${modules}/`).resolve('oidc-provider')));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'proxy', client_secret: 'proxys-own-secret', redirect_uris: [callback] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false,
  pkce: { required: () => false },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: id, email_verified: true, name: id }) }),
});
provider.on('authorization.success', (ctx) => console.log('login', ctx.oidc.session.accountId));
provider.listen(Number(port), '127.0.0.1');
