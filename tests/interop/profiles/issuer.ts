import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { decodeUnverified, generateKey, type PrivateKey, type SecretKey, signJws } from 'latchkey/token'
import { openTestApp, type TestApp } from '../../../packages/server/test/app.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'

export interface Issuer {
  readonly house: TestApp
  /** Where other programs read the key sets, over TLS. */
  readonly url: string
  /** The certificate of whoever signed that of the issuer. */
  readonly certificates: string
  /** A directory that any user of the machine may read. */
  readonly directory: string
}

/** Latchkey at https, with the clock of this machine: other programs have no other. */
export async function openIssuer(t: TestContext): Promise<Issuer> {
  // Not where files of tests are kept in memory: some of the programs are started as users who may not look there.
  const directory = mkdtempSync('/tmp/latchkey-profile-')
  chmodSync(directory, 0o755)
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const port = await freePort()
  const url = `https://localhost:${port}`
  const house = await openTestApp('sqlite', { LATCHKEY_ISSUER: url })
  t.after(() => house.close())
  house.world.advance(Date.now() - house.world.now())
  const server = serveKeySets(house, certify(directory))
  server.listen(port, '127.0.0.1')
  t.after(() => void server.close().closeAllConnections())
  return { house, url, certificates: join(directory, 'ca.crt'), directory }
}

/** A certificate for localhost, and the one that signed it, by openssl: Node reads certificates and makes none. */
function certify(directory: string): { key: Buffer; cert: Buffer } {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  const newKey = ['-newkey', 'rsa:2048', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=test')
  openssl('req', ...newKey, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=localhost')
  writeFileSync(join(directory, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  const signedBy = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names']
  openssl('x509', '-req', '-in', 'request.pem', ...signedBy, '-out', 'cert.pem', '-days', '2')
  const read = (name: string) => readFileSync(join(directory, name))
  return { key: read('key.pem'), cert: read('cert.pem') }
}

function serveKeySets(house: TestApp, tls: { key: Buffer; cert: Buffer }): Server {
  return createServer(tls, (request, response) => {
    house.call('GET', request.url ?? '/').then(
      ({ status, text }) => response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      () => response.writeHead(500).end(),
    )
  })
}

/** A token as it is, and as somebody would like it to be. */
export interface Forger {
  readonly good: string
  readonly claims: Readonly<Record<string, unknown>>
  /** With other claims and another header, signed by the key of the issuer. What is undefined is left out. */
  signed(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string
  /** The same claims, signed by a key of the same kind that nobody knows. */
  byAnother(): string
  tampered(): string
  unsigned(): string
}

type Sign = (
  key: PrivateKey | SecretKey,
  payload: object,
  header: Readonly<Record<string, unknown>>,
) => string

const asJws: Sign = (key, payload, header) => signJws(Buffer.from(JSON.stringify(payload)), { key, header })

/** @param sign how, for a program that wants another form than that of JWTs */
export function forger(good: string, key: PrivateKey | SecretKey, sign: Sign = asJws): Forger {
  const { header, claims } = decodeUnverified(good)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { alg: _algorithm, kid: _key, ...rest } = header
  return {
    good,
    claims,
    signed: (changed, more) => sign(key, { ...claims, ...changed }, { ...rest, ...more }),
    byAnother() {
      const another = generateKey(key.algorithm, key.keyId === undefined ? {} : { keyId: key.keyId })
      return sign(another, claims, rest)
    },
    tampered() {
      const [head, , signature] = good.split('.')
      return `${head}.${part({ ...claims, sub: 'usr_of_somebody_else' })}.${signature}`
    },
    unsigned: () => `${part({ ...header, alg: 'none' })}.${part(claims)}.`,
  }
}
