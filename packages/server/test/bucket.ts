import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What a bucket has under a name, and until when nobody can remove it. */
interface StoredObject {
  readonly bytes: Buffer
  readonly lockedUntil: string | undefined
}

/** A bucket that speaks as much of the protocol of S3 as backups need, and refuses what is not signed (AWS signature 4). */
export async function openBucket({ accessKey, secretKey }: { accessKey: string; secretKey: string }) {
  const objects = new Map<string, StoredObject>()
  let failsAfter = Number.POSITIVE_INFINITY
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => response.writeHead(status).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })

  async function answer(request: IncomingMessage): Promise<{ status: number; body?: Buffer | string }> {
    const body = await buffer(request)
    if (!isSigned(request, body, accessKey, secretKey))
      return { status: 403, body: refusal('SignatureDoesNotMatch') }
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://bucket').pathname.slice(1))
    const stored = objects.get(name)
    if (request.method === 'PUT') {
      failsAfter -= 1
      if (failsAfter < 0) return { status: 503, body: refusal('SlowDown') }
      if (stored?.lockedUntil !== undefined) return { status: 403, body: refusal('AccessDenied') }
      const lockedUntil = request.headers['x-amz-object-lock-retain-until-date']
      objects.set(name, {
        bytes: body,
        lockedUntil: typeof lockedUntil === 'string' ? lockedUntil : undefined,
      })
      return { status: 200 }
    }
    if (stored === undefined) return { status: 404, body: refusal('NoSuchKey') }
    if (request.method === 'GET') return { status: 200, body: stored.bytes }
    if (stored.lockedUntil !== undefined) return { status: 403, body: refusal('AccessDenied') }
    objects.delete(name)
    return { status: 204 }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/bucket`,
    objects,
    /** Refuse every write after so many. */
    failAfter(writes: number) {
      failsAfter = writes
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const refusal = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned(request: IncomingMessage, body: Buffer, accessKey: string, secretKey: string): boolean {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (!found || found[1] !== accessKey) return false
  const [, , day = '', region = '', names = '', signature] = found
  const stated = String(request.headers['x-amz-content-sha256'])
  if (stated !== 'UNSIGNED-PAYLOAD' && stated !== createHash('sha256').update(body).digest('hex'))
    return false
  const url = new URL(request.url ?? '/', 'http://bucket')
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
  const query = [...url.searchParams].map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  const asked = [request.method, url.pathname, query.sort().join('&'), headers.join(''), names, stated].join(
    '\n',
  )
  const scope = `${day}/${region}/s3/aws4_request`
  const hashed = createHash('sha256').update(asked).digest('hex')
  const text = ['AWS4-HMAC-SHA256', String(request.headers['x-amz-date']), scope, hashed].join('\n')
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretKey}`,
  )
  return createHmac('sha256', key).update(text).digest('hex') === signature
}
