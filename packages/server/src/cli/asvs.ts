import { countRequirements, requirements } from '../asvs/requirements.ts'
import type { Given } from './given.ts'
import { createOutput, table } from './output.ts'
import { WrongUse } from './wrong-use.ts'

interface Options {
  readonly chapter?: string
}

const words = {
  met: 'met',
  operator: 'for the operator',
  not_applicable: 'does not apply',
  not_yet: 'not yet',
}

export async function run({ options: { chapter }, json }: Given<Options>): Promise<void> {
  const shown = requirements.filter(({ id }) => chapter === undefined || id.startsWith(`${chapter}.`))
  if (shown.length === 0) throw new WrongUse('--chapter is V6, V7, V8, V9 or V10')
  const rows = shown.map(({ id, level, position, reason, proofs }) => [
    ...[id, `L${level}`, words[position], reason],
    ...[proofs.length === 0 ? '' : `${proofs.length}`],
  ])
  const counts = countRequirements()
    .filter((one) => chapter === undefined || one.chapter === chapter)
    .map(({ chapter, level, all, position }) => [
      ...[chapter, `L${level}`, `${all}`, `${position.met}`, `${position.operator}`],
      ...[`${position.not_applicable}`, `${position.not_yet}`],
    ])
  const text = [
    table(['ID', 'LEVEL', 'STATE', 'HOW', 'TESTS'], rows),
    '',
    table(['CHAPTER', 'LEVEL', 'ALL', 'MET', 'OPERATOR', 'DOES NOT APPLY', 'NOT YET'], counts),
  ]
  createOutput(json).result(text.join('\n'), shown)
}
