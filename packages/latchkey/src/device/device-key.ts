import { randomBytes } from 'node:crypto'
import { link, open, rm, writeFile } from 'node:fs/promises'
import { generateKey, type Jwk, type PrivateKey, privateKey, toJwk } from '../token/index.ts'

/**
 * The private key (ES256) of this device from a file that only its owner may read (0600), as a JWK. If there is no file,
 * a key is made; two processes that start at the same time get the same key. Rejects with an `Error` if others may read
 * the file, or if it holds no key: it is never replaced, because the server would not know the new key.
 */
export async function loadOrCreateDeviceKey(path: string): Promise<PrivateKey> {
  return (await loadDeviceKey(path)) ?? (await createDeviceKey(path))
}

async function loadDeviceKey(path: string): Promise<PrivateKey | undefined> {
  const file = await open(path, 'r').catch(ignoring('ENOENT'))
  if (file === undefined) return undefined
  try {
    const { mode } = await file.stat()
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(
        'the key file may be read by others: make it 0600, and replace the key if it has been so for long',
      )
    }
    return privateKey(readJwkFile(await file.readFile('utf8')), { algorithm: 'ES256' })
  } finally {
    await file.close()
  }
}

function readJwkFile(text: string): Jwk {
  try {
    return JSON.parse(text) as Jwk // privateKey checks every member that it reads
  } catch {
    throw new Error('the key file does not hold a JWK')
  }
}

/** The file appears whole and only if there is none: it is written beside and then linked to its name. */
async function createDeviceKey(path: string): Promise<PrivateKey> {
  const text = `${JSON.stringify(toJwk(generateKey('ES256')), null, 2)}\n`
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600, flush: true })
    await link(draft, path).catch(ignoring('EEXIST'))
  } finally {
    await rm(draft, { force: true })
  }
  // If another process was faster, its key is the one.
  const key = await loadDeviceKey(path)
  if (key === undefined) throw new Error('the key file was removed while it was being made')
  return key
}

function ignoring(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === code) return undefined
    throw error
  }
}
