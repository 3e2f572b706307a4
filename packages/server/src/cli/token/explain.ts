import { describe, explain, sentence } from 'latchkey/token/explain'
import { keysToTry, proofKey } from 'latchkey/token/explain/keys'
import { escapeHiddenInLines } from '../../text.ts'
import type { Given } from '../given.ts'
import { createOutput } from '../output.ts'
import { readInput } from './input.ts'
import { readVerificationKeys } from './keys.ts'
import { momentOf, readPolicy } from './policy.ts'

export async function run(given: Given): Promise<void> {
  // A short secret is worth a remark here, not a refusal to explain.
  const keys = keysToTry(await readVerificationKeys(given, { shortSecrets: true }))
  const text = await readInput(given, 'a token')
  const explanation = explain(text, { keys, proofKey, ...readPolicy(given), nowMs: momentOf(given) })
  const findings = explanation.findings.map((finding) => ({ ...finding, ...sentence(finding) }))
  createOutput(given.json).result(escapeHiddenInLines(describe(explanation)), { ...explanation, findings })
  if (findings.some(({ level }) => level === 'refusal')) process.exitCode = 1
}
