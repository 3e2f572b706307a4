/**
 * A page of another origin than the server's, to which people sign in by redirect, and the API that it calls. Register it, let its
 * origin call the server (LATCHKEY_CORS_ORIGINS=http://127.0.0.1:3000), and start it with the client id:
 * latchkey applications add page --type browser --redirect http://127.0.0.1:3000/back --logout http://127.0.0.1:3000/ --dpop \
 *   --scope openid --scope profile
 * CLIENT_ID=cli_… npx node --conditions=latchkey-source examples/application/serve.ts
 *
 * In a project of your own the bundler that you have finds `latchkey/client`; here esbuild joins page and client when this starts.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { createGuard } from 'latchkey/guard/node'

const { LATCHKEY_ISSUER: issuer = 'http://127.0.0.1:8484', CLIENT_ID: clientId, PORT } = process.env
const port = Number(PORT ?? 3000)
const guard = createGuard({
  ...{ issuer, audience: issuer },
  // A token that was stolen from the page is worth nothing without its key.
  dpop: { required: true, baseUrl: `http://127.0.0.1:${port}` },
})
const me = guard.listener({}, (request, response) => {
  response.end(JSON.stringify({ subject: request.auth.subject }))
})

const page = readFileSync(new URL('index.html', import.meta.url))
const [script] = buildSync({
  entryPoints: [fileURLToPath(new URL('page.js', import.meta.url))],
  bundle: true,
  format: 'esm',
  write: false,
  conditions: ['latchkey-source'],
}).outputFiles

createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname === '/me') return me(request, response)
  if (pathname === '/settings.json') return response.end(JSON.stringify({ issuer, clientId }))
  if (pathname === '/page.js') {
    return response.setHeader('content-type', 'text/javascript').end(script?.contents)
  }
  // Only our own script runs, it talks to nobody but this API and the issuer, and nobody is told the address with the code.
  response.setHeader('content-security-policy', `default-src 'self'; connect-src 'self' ${issuer}`)
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('content-type', 'text/html').end(page)
}).listen(port, '127.0.0.1')
