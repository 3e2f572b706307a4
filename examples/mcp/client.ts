/**
 * A client of the Model Context Protocol that knows nothing but the address of a server. It finds who signs people in, registers
 * itself there, sends its person to sign in, and calls two tools:
 * npx node --conditions=latchkey-source examples/mcp/client.ts http://127.0.0.1:3000/mcp
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'

const address = new URL(process.env.MCP_SERVER ?? process.argv[2] ?? 'http://127.0.0.1:3000/mcp')

// The browser of the person comes back to this machine (RFC 8252).
const listener = createServer().listen(0, '127.0.0.1')
await once(listener, 'listening')
const redirectUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`

const kept: { client?: OAuthClientInformationMixed; tokens?: OAuthTokens; verifier?: string } = {}
const state = randomUUID()
const provider: OAuthClientProvider = {
  redirectUrl,
  clientMetadata: {
    client_name: 'Notes on the command line',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  },
  state: () => state,
  clientInformation: () => kept.client,
  saveClientInformation: (client) => void Object.assign(kept, { client }),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void Object.assign(kept, { tokens }),
  saveCodeVerifier: (verifier) => void Object.assign(kept, { verifier }),
  codeVerifier: () => kept.verifier ?? '',
  redirectToAuthorization: (url) => console.log(`Open ${url}`),
}

/** The code in the answer to our own request; others on this machine may send what they like. */
async function code(): Promise<string> {
  for (;;) {
    const [request, response] = await once(listener, 'request')
    const { searchParams: given } = new URL(request.url, redirectUrl)
    const isOurs = given.get('state') === state
    response.writeHead(isOurs ? 200 : 404).end(isOurs ? 'You can close this window.\n' : '')
    if (isOurs) return given.get('code') ?? Promise.reject(new Error(given.get('error') ?? 'no code'))
  }
}

async function connect(): Promise<Client> {
  const client = new Client({ name: 'notes-command-line', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(address, { authProvider: provider })
  try {
    await client.connect(transport)
    return client
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    await transport.finishAuth(await code())
    return connect()
  }
}

const client = await connect()
listener.close()
for (const call of [{ name: 'add-note', arguments: { text: 'buy a lamp' } }, { name: 'list-notes' }]) {
  const said = await client.callTool(call).then(
    ({ content }) => (content as readonly { text: string }[]).map(({ text }) => text).join(),
    (error: Error) => error.message,
  )
  console.log(`${call.name}: ${said}`)
}
await client.close()
