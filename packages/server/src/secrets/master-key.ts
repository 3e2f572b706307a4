import { createHmac } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
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
  /** Whether the key that seals now has sealed this, and not one of before. */
  isCurrent(sealed: string, context: string): boolean
  /** Read the keys again, if they are in a file: somebody may have put another one first. */
  reload(): void
}

const fileIn = (directory: string) => join(directory, 'master.key')

/** Whether there is one, so that {@link loadMasterKey} makes none. */
export function hasMasterKey(given: string | undefined, directory: string): boolean {
  return given !== undefined || existsSync(fileIn(directory))
}

/**
 * The key of the environment (43 characters of base64url, 32 bytes), else of its file, made on first use. The first line of
 * the file seals; the others, as those that are given as `keysBefore`, open what they have sealed.
 */
export function loadMasterKey(
  given: string | undefined,
  directory: string,
  world: World,
  keysBefore: readonly string[] = [],
): MasterKey {
  const before = keysBefore.map((text) => parse(text, 'LATCHKEY_MASTER_KEYS_BEFORE'))
  if (given !== undefined) return masterKey([parse(given, 'LATCHKEY_MASTER_KEY'), ...before], world)
  const file = fileIn(directory)
  if (!existsSync(file)) create(file, world)
  const read = () => [...readKeys(file), ...before]
  return masterKey(read(), world, read)
}

function readKeys(file: string): Buffer[] {
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others; mend it with: chmod 600 ${file}`)
  }
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => parse(line.trim(), file))
}

/**
 * Put a new key in front of that of the file, which stays behind it.
 * @returns false if there are several keys already: somebody has begun before.
 */
export function addMasterKey(directory: string, world: World): boolean {
  const file = fileIn(directory)
  const keys = readKeys(file)
  if (keys.length > 1) return false
  write(file, [world.random(32), ...keys], world)
  return true
}

/** Take the keys of before out of the file, if it was written so long ago that every process has read it since. */
export function dropMasterKeysBefore(directory: string, world: World): boolean {
  const file = fileIn(directory)
  const [current] = readKeys(file)
  if (current === undefined || world.now() - statSync(file).mtimeMs < readAgainWithinMs) return false
  write(file, [current], world)
  return true
}

/** Every process looks at the file each minute, and when another one tells it to. */
const readAgainWithinMs = 120_000

/** Whole or not at all, under the name that is read. */
function write(file: string, keys: readonly Buffer[], world: World): void {
  const draft = `${file}.${world.random(9).toString('base64url')}`
  const text = keys.map((key) => `${key.toString('base64url')}\n`).join('')
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true })
  chmodSync(draft, 0o600)
  renameSync(draft, file)
  syncDirectory(dirname(file))
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

/** @param secrets The first seals; each opens what it has sealed. `read` gives them again. */
export function masterKey(
  secrets: Buffer | readonly Buffer[],
  world: World,
  read?: () => readonly Buffer[],
): MasterKey {
  let keys = Buffer.isBuffer(secrets) ? [secrets] : secrets
  const first = () => {
    const [key] = keys
    if (key === undefined) throw new Error('there is no master key')
    return key
  }
  const tryOpen = (sealed: string, context: string) => {
    for (const key of keys) {
      try {
        return { text: open(sealed, subkey(key, context)) }
      } catch {
        // Another key may have sealed it.
      }
    }
    return undefined
  }
  const reload = () => {
    if (read) keys = read()
  }
  return {
    seal: (text, context) => seal(text, subkey(first(), context), world),
    open(sealed, context) {
      const opened = tryOpen(sealed, context)
      if (opened) return opened.text
      // Another process may seal with a newer key already.
      reload()
      return tryOpen(sealed, context)?.text ?? open(sealed, subkey(first(), context))
    },
    mac: (text, context) => createHmac('sha256', subkey(first(), context)).update(text).digest('base64url'),
    isCurrent(sealed, context) {
      try {
        open(sealed, subkey(first(), context))
        return true
      } catch {
        return false
      }
    },
    reload,
  }
}
