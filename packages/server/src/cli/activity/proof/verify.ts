import { readFile } from 'node:fs/promises'
import { type Finding, verifyLog } from '../../../activity/proof/verify.ts'
import { addressBelow } from '../../../addresses/below.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'
import { createProgress } from '../../progress.ts'
import { WrongUse } from '../../wrong-use.ts'
import { verifierKeyOf } from './verifier-key.ts'

interface Options {
  readonly checkpoints?: readonly string[]
  readonly witness?: string
  readonly key?: readonly string[]
}

const timeoutMs = 10_000

export async function run({ options, json }: Given<Options>): Promise<void> {
  const { witness } = options
  if (witness !== undefined && !URL.canParse(witness))
    throw new WrongUse('--witness takes the URL of a witness')
  options.key?.forEach(verifierKeyOf)
  await withApp(async ({ db, proof }) => {
    const { subjects, signers, sequencer } = proof.ground
    await sequencer.settle()
    const vkeys = options.key ?? (await signers.vkeys())
    const kept = await keptOf(options, vkeys)
    const progress = createProgress(json)
    const verified = await verifyLog({
      ...{ db, subjects, kept, keys: vkeys.map(verifierKeyOf) },
      onProgress: (done, of) => progress.show(done / of, `${done} of ${of} events`),
    })
    progress.end()
    const { events, root, checkpoints, findings } = verified
    const told =
      findings.length === 0
        ? `The log is as it was recorded: ${events} events, ${checkpoints} checkpoints, ${kept.length} of them kept elsewhere. Its root is ${root}.`
        : `The log is not as it was recorded:\n${findings.map(lineOf).join('\n')}`
    createOutput(json).result(told, verified)
    if (findings.length > 0) process.exitCode = 1
  })
}

function lineOf({ kind, from, to, event, says }: Finding): string {
  const place = from === to ? `${from}` : `${from} to ${to}`
  return `  ${kind} at ${place}${event === undefined ? '' : ` (${event})`}: ${says}`
}

/** Checkpoints of files, one behind the other with an empty line between, and of a witness. */
async function keptOf({ checkpoints = [], witness }: Options, vkeys: readonly string[]): Promise<string[]> {
  const kept: string[] = []
  for (const file of checkpoints) {
    // A checkpoint ends with its signatures, and the next begins behind an empty line.
    const notes = (await readFile(file, 'utf8')).split(/(?<=^— [^\n]*\n)\n+(?!—)/m)
    kept.push(...notes.filter((note) => note.trim() !== ''))
  }
  if (witness !== undefined) kept.push(await askWitness(witness, vkeys[0]?.split('+', 1)[0] ?? ''))
  return kept
}

async function askWitness(url: string, origin: string): Promise<string> {
  const address = addressBelow(url, `witnessed?origin=${encodeURIComponent(origin)}`)
  const signal = AbortSignal.timeout(timeoutMs)
  const response = await fetch(address, { redirect: 'error', signal }).catch((cause: unknown) => {
    throw new Error(`the witness at ${url} cannot be asked`, { cause })
  })
  if (!response.ok) throw new Error(`the witness at ${url} answered ${response.status} for ${origin}`)
  return response.text()
}
