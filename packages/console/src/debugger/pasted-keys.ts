import { explainAsync, type SecretReading } from 'latchkey/token/explain/codes'
import { keysToTry } from 'latchkey/token/explain/web'
import { readKeys } from 'latchkey/token/explain/web/keys'
import { hasCrypto } from './platform.ts'

/** The keys in a pasted text; a secret in the reading under which it made the signature, if it did under one. */
export async function keysFor(
  text: string,
  token: string,
  chosen: SecretReading | 'text' | 'auto',
  nowMs: number,
) {
  const read = await readKeys(text, chosen === 'text' || chosen === 'auto' ? undefined : chosen)
  if (read.form !== 'secret' || chosen !== 'auto' || !hasCrypto) return { ...read, reading: undefined }
  const { findings } = await explainAsync(token, { keys: await keysToTry(read.keys), nowMs })
  const spelling = findings.find(({ code }) => code === 'secret_spelled')?.facts.spelling
  const isCut = findings.some(({ code }) => code === 'secret_line_end')
  const reading = (spelling ?? (isCut ? 'without its line end' : undefined)) as SecretReading | undefined // the engine's own fact
  return reading === undefined ? { ...read, reading } : { ...(await readKeys(text, reading)), reading }
}
