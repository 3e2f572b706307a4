import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { wholeText } from '../../whole-text.ts'

/**
 * Signed notes (C2SP signed-note) by Ed25519: a text, an empty line, and a line for each signature. A checkpoint of a log is
 * such a note (C2SP tlog-checkpoint), and so is what a witness adds to it (C2SP tlog-cosignature).
 */
export type SignatureType = 'note' | 'cosignature'

const typeBytes = { note: 0x01, cosignature: 0x04 } as const
/** In front of the 32 bytes of a public key of Ed25519 in SPKI (RFC 8410). */
const spkiPrefix = Buffer.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)
const keyBytes = 32

/** What verifies the signatures of one key, as its text says it: `name+id+key`. */
export interface VerifierKey {
  readonly vkey: string
  readonly name: string
  readonly id: Buffer
  readonly type: SignatureType
  readonly key: KeyObject
}

/** What signs, and what verifies it. */
export interface NoteSigner {
  readonly verifier: VerifierKey
  readonly privateKey: KeyObject
}

/** @param privateKey a private key of Ed25519 as PKCS #8 in base64 */
export function noteSigner(name: string, privateKey: string, type: SignatureType): NoteSigner {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length)
  return { verifier: verifierKey(name, raw, type), privateKey: key }
}

function verifierKey(name: string, raw: Buffer, type: SignatureType): VerifierKey {
  const material = Buffer.concat([Buffer.from([typeBytes[type]]), raw])
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), material]), 'buffer').subarray(0, 4)
  return {
    ...{ name, id, type },
    vkey: `${name}+${id.toString('hex')}+${material.toString('base64')}`,
    key: createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' }),
  }
}

/**
 * Read a verifier key (C2SP signed-note). One of ML-DSA is not supported.
 * @throws {TypeError} if the text is none
 */
export function parseVerifierKey(text: string): VerifierKey {
  const found = verifierKeyForm.exec(text)
  const material = Buffer.from(found?.[3] ?? '', 'base64')
  const type = material[0] === typeBytes.note ? 'note' : 'cosignature'
  if (!found || material.length !== keyBytes + 1 || material[0] !== typeBytes[type]) {
    throw new TypeError('a verifier key is name+id+key, of Ed25519')
  }
  const read = verifierKey(found[1]!, material.subarray(1), type)
  if (read.vkey !== text) throw new TypeError('the id of the verifier key is not that of its key')
  return read
}

/** The signature lines that a signer puts under a text. A cosignature says when, in whole seconds. */
export function signNote({ verifier, privateKey }: NoteSigner, text: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
  const stamp = Buffer.alloc(verifier.type === 'cosignature' ? 8 : 0)
  if (stamp.length > 0) stamp.writeBigUInt64BE(BigInt(seconds))
  const signature = sign(null, signed(verifier.type, text, seconds), privateKey)
  const bytes = Buffer.concat([verifier.id, stamp, signature])
  return `— ${verifier.name} ${bytes.toString('base64')}\n`
}

function signed(type: SignatureType, text: string, seconds: number | bigint): Buffer {
  return Buffer.from(type === 'note' ? text : `cosignature/v1\ntime ${seconds}\n${text}`)
}

export interface Note {
  /** With its last line end. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export interface NoteSignature {
  readonly name: string
  readonly id: Buffer
  readonly bytes: Buffer
  /** The line, with its end. */
  readonly line: string
}

const mostSignatures = 32
const verifierKeyForm = wholeText(/([^\s+]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})/)
const signatureForm = wholeText(/— ([^\s+]{1,200}) ([A-Za-z0-9+/]+={0,2})/)
/** Sixteen signatures with the longest names, and a text that no checkpoint needs. */
export const longestNote = 32_768

/**
 * Read a note. Nothing is verified by that.
 * @throws {TypeError} if it is none
 */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the standard names them
  if (note.length > longestNote || end < 0 || /[\x00-\x09\x0b-\x1f]/.test(note)) throw malformed()
  const lines = note.slice(end + 2).split('\n')
  if (lines.pop() !== '' || lines.length === 0 || lines.length > mostSignatures) throw malformed()
  return { text: note.slice(0, end + 1), signatures: lines.map(signatureIn) }
}

function signatureIn(line: string): NoteSignature {
  const found = signatureForm.exec(line)
  const bytes = Buffer.from(found?.[2] ?? '', 'base64')
  if (!found || bytes.length < 5 || bytes.toString('base64') !== found[2]) throw malformed()
  return { name: found[1]!, id: bytes.subarray(0, 4), bytes: bytes.subarray(4), line: `${line}\n` }
}

const malformed = () => new TypeError('this is no signed note')

/** `absent` where the key has not signed, `wrong` where a signature that says it is of the key is not. */
export function verifyNote({ text, signatures }: Note, verifier: VerifierKey): 'signed' | 'absent' | 'wrong' {
  const own = signatures.filter(({ name, id }) => name === verifier.name && id.equals(verifier.id))
  if (own.length === 0) return 'absent'
  return own.every((signature) => isRight(text, signature.bytes, verifier)) ? 'signed' : 'wrong'
}

function isRight(text: string, bytes: Buffer, { type, key }: VerifierKey): boolean {
  if (type === 'note') return verify(null, signed(type, text, 0), key, bytes)
  return bytes.length > 8 && verify(null, signed(type, text, bytes.readBigUInt64BE()), key, bytes.subarray(8))
}
