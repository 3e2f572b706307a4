import { decodeUnverified, TokenError } from 'latchkey/token'
import { visibleJson } from '../../text.ts'
import type { Given } from '../given.ts'
import { createOutput } from '../output.ts'
import { readInput } from './input.ts'

export async function run(given: Given): Promise<void> {
  const token = await readInput(given, 'a token')
  const { header, claims } = decode(token)
  const output = createOutput(given.json)
  output.result(visibleJson({ header, claims }, 2), { header, claims })
  output.note('nobody has vouched for this yet: latchkey token verify checks it')
}

function decode(token: string) {
  try {
    return decodeUnverified(token)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new Error(`${error.message} (${error.code}); latchkey token explain says where it breaks`)
  }
}
