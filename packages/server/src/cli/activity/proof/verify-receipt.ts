import { readFile } from 'node:fs/promises'
import { verifyReceipt } from '../../../activity/proof/receipts.ts'
import { escapeHidden } from '../../../text.ts'
import type { Given } from '../../given.ts'
import { createOutput } from '../../output.ts'
import { verifierKeyOf } from './verifier-key.ts'

interface Options {
  readonly key: readonly string[]
  readonly witness?: readonly string[]
}

export async function run({ args: [file = ''], options, json }: Given<Options>): Promise<void> {
  const [keys, witnesses] = [options.key, options.witness ?? []].map((given) => given.map(verifierKeyOf))
  const proven = verifyReceipt(await readFile(file, 'utf8'), { keys: keys ?? [], witnesses: witnesses ?? [] })
  const [id, at, event, outcome, reason] = proven.event
  const lines = [
    `This is event ${proven.index} of ${proven.origin}, which had ${proven.size} events when this was signed.`,
    `  id       ${String(id)}`,
    `  time     ${new Date(Number(at)).toISOString()}`,
    `  event    ${String(event)}`,
    `  outcome  ${String(outcome)}${reason === null ? '' : `: ${String(reason)}`}`,
    ...Object.entries(proven.disclosed).map(([part, said]) => `  ${part.padEnd(8)} ${JSON.stringify(said)}`),
    ...proven.witnesses.map((name) => `  witness  ${name}`),
  ]
  createOutput(json).result(lines.map(escapeHidden).join('\n'), proven)
}
