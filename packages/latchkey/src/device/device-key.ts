import { randomBytes } from 'node:crypto'
import { link, open, rm } from 'node:fs/promises'
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
  const key = generateKey('ES256')
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(toJwk(key), null, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    const won = await link(draft, path).then(() => true, ignoring('EEXIST'))
    if (won === true) return key
  } finally {
    await rm(draft, { force: true })
  }
  const theirs = await loadDeviceKey(path)
  if (theirs === undefined) throw new Error('the key file was removed while it was being made')
  return theirs
}

function ignoring(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === code) return undefined
    throw error
  }
}
