import { createHmac } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { World } from '../world.ts'
import { open, seal, subkey } from './sealing.ts'

/**
 * Seals what the database must hold but must not reveal: private keys. It lives outside the database, so that
 * a copied database alone signs nothing.
 */
export interface MasterKey {
  /** AES-256-GCM. `context` says what the sealed text is for; it opens under the same context only. */
  seal(text: string, context: string): string
  open(sealed: string, context: string): string
  /**
   * HMAC-SHA-256 in base64url, under a key for this `context`: for text that must be found again but could be guessed, such
   * as what was typed as a user name.
   */
  mac(text: string, context: string): string
}

/** The key from the environment (43 characters of base64url, 32 bytes), else from its file, made on first use. */
export function loadMasterKey(given: string | undefined, directory: string, world: World): MasterKey {
  if (given !== undefined) return masterKey(parse(given, 'LATCHKEY_MASTER_KEY'), world)
  const file = join(directory, 'master.key')
  if (!existsSync(file)) create(file, world)
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others; mend it with: chmod 600 ${file}`)
  }
  return masterKey(parse(readFileSync(file, 'utf8').trim(), file), world)
}

/** Written whole under another name, then linked: of two processes that start at once, one makes the key. */
function create(file: string, world: World): void {
  // A name of its own each time: in a container every process has the same number, and a crash leaves a draft.
  const draft = `${file}.${world.random(9).toString('base64url')}`
  writeFileSync(draft, `${world.random(32).toString('base64url')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  chmodSync(draft, 0o600)
  try {
    linkSync(draft, file)
    // What it seals is stored durably at once, so the key must not be lost with the power.
    syncDirectory(dirname(file))
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    unlinkSync(draft)
  }
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function parse(text: string, source: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== 32 || bytes.toString('base64url') !== text) {
    throw new Error(`${source} must hold 32 bytes in base64url (43 characters)`)
  }
  return bytes
}

export function masterKey(secret: Buffer, world: World): MasterKey {
  return {
    seal: (text, context) => seal(text, subkey(secret, context), world),
    open: (sealed, context) => open(sealed, subkey(secret, context)),
    mac: (text, context) => createHmac('sha256', subkey(secret, context)).update(text).digest('base64url'),
  }
}
