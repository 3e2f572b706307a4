/**
 * What stands beside a durable write of the server: node:http alone, which reads the body and stores it in the same
 * database with the same group commit. No token, no route, no validation. Prints its port.
 */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { SqliteDatabase } from '../../packages/server/src/database/sqlite.ts'

const [directory = '.'] = process.argv.slice(2)
const db = new SqliteDatabase(join(directory, 'floor.db'))
await db.transaction((tx) => tx.query('CREATE TABLE written (id INTEGER PRIMARY KEY, at INTEGER, body TEXT)'))

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    db.transaction((tx) => tx.query('INSERT INTO written (at, body) VALUES ($1, $2)', Date.now(), body)).then(
      () => response.writeHead(202).end(),
      () => response.writeHead(500).end(),
    )
  })
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(`listens on ${address.port}`)
})
process.once('SIGTERM', () => process.exit(0))
