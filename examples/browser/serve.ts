/**
 * A page that signs in with `latchkey/client`, and the API that it calls. The server has to allow the page's origin: start
 * it with LATCHKEY_CORS_ORIGINS=http://127.0.0.1:3000, and this with
 * npx node --conditions=latchkey-source examples/browser/serve.ts
 *
 * In a project of your own the bundler that you have (Vite, webpack, esbuild) finds `latchkey/client` once it is installed;
 * here esbuild joins page and client when this program starts, from the sources of this repository.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { createGuard } from 'latchkey/guard/node'

const issuer = process.env.LATCHKEY_ISSUER ?? 'http://127.0.0.1:8484'
const guard = createGuard({ issuer, audience: issuer })
const metadata = guard.metadata()
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
  metadata(request, response, () => {
    if (request.url === '/me') me(request, response)
    else if (request.url === '/page.js') {
      response.setHeader('content-type', 'text/javascript').end(script?.contents)
    } else {
      // Only our own script runs, and it talks to nobody but this API and the issuer.
      response.setHeader('content-security-policy', `default-src 'self'; connect-src 'self' ${issuer}`)
      response.setHeader('content-type', 'text/html').end(page)
    }
  })
}).listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
