/**
 * A server of the Model Context Protocol that takes tokens of Latchkey for itself and for nobody else. Its guard refuses strangers with
 * the address of its metadata (RFC 9728); there a client finds who signs people in. Register it as a service:
 * latchkey services add notes --audience http://127.0.0.1:3000/mcp --knows notes:read notes:write
 * latchkey services give notes notes:read --user-type customer
 * and let clients that nobody knows register themselves: LATCHKEY_CLIENT_REGISTRATION=open,
 * LATCHKEY_CLIENT_REGISTRATION_SCOPES=offline_access,notes:read,notes:write
 * npm ci --prefix examples/mcp && npx node --conditions=latchkey-source examples/mcp/server.ts
 */
import type { IncomingMessage } from 'node:http'
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createGuard } from 'latchkey/guard/express'
import * as z from 'zod'

const { LATCHKEY_ISSUER: issuer = 'http://127.0.0.1:8484', PORT } = process.env
const port = Number(PORT ?? 3000)
const guard = createGuard({ issuer, audience: `http://127.0.0.1:${port}/mcp` })
const mayRead = guard.required({ scope: 'notes:read' })
const mayWrite = guard.required({ scope: ['notes:read', 'notes:write'] })

/** By the subject of the token: each sees their own. */
const notes = new Map<string, string[]>()

function serverFor(subject: string): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  const own = notes.get(subject) ?? []
  const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })
  server.registerTool('list-notes', { description: 'List your notes' }, () => said(own.join('\n')))
  server.registerTool(
    'add-note',
    { description: 'Add a note', inputSchema: { text: z.string().max(1000) } },
    ({ text }) => {
      notes.set(subject, [...own, text])
      return said('added')
    },
  )
  return server
}

const app = createMcpExpressApp()
app.use(guard.metadata({ resourceName: 'Notes', scopesSupported: ['notes:read', 'notes:write'] }))
app.post(
  '/mcp',
  (request, response, next) => {
    // A list of messages is no longer part of the protocol.
    if (Array.isArray(request.body)) return response.status(400).end()
    const isWriting = request.body?.method === 'tools/call' && request.body.params?.name === 'add-note'
    return (isWriting ? mayWrite : mayRead)(request, response, next)
  },
  async (request, response) => {
    if (request.auth === undefined) throw new Error('the guard lets nobody in without')
    const transport = new StreamableHTTPServerTransport()
    response.on('close', () => void transport.close())
    await serverFor(request.auth.subject).connect(transport)
    // The SDK gives `auth` to tools as `authInfo`, with the same names for token, client and scopes.
    const incoming = request as IncomingMessage as Parameters<typeof transport.handleRequest>[0]
    await transport.handleRequest(incoming, response, request.body)
  },
)
// Nothing is sent without being asked: there is no stream to listen to.
app.all('/mcp', mayRead, (_request, response) => void response.status(405).end())
app.listen(port, '127.0.0.1')
