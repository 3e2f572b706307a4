import type { Explanation } from './explain.ts'
import { explainsOthers } from './finding.ts'
import type { Member } from './members.ts'
import { headlineWords, keyFitWords, kindWords, meanings, sentence } from './words.ts'

/** An explanation in English, line by line. */
export function describe(explanation: Explanation): string {
  const { kind, about, headline, findings, header, claims, wants, keys } = explanation
  const refusals = findings.filter(({ level }) => level === 'refusal')
  const first = findings.filter(explainsOthers)
  const remarks = findings.filter((finding) => finding.level !== 'refusal' && !first.includes(finding))
  const isGuess = headline.startsWith('right_but_for') && keys.length === 0
  // One key may stand for several algorithms; where one fits, the others are noise.
  const tellingKeys = keys.some(({ fit }) => fit === 'fits') ? keys.filter(({ fit }) => fit === 'fits') : keys
  const blocks = [
    `${headlineWords[headline]}${isGuess ? ' So it seems: only its key can tell.' : ''}\nThis is ${kindWords[kind]}${about === '' ? '' : `: ${about}`}.`,
    first.length > 0 &&
      block(
        'First of all',
        first.map((one) => `- ${both(one)}`),
      ),
    refusals.length > 0 &&
      block(
        'What fails, first things first',
        refusals.map((refusal, index) => `${index + 1}. ${both(refusal)}`),
      ),
    header.length > 0 && block('Header', header.map(memberLine)),
    claims.length > 0 && block('Claims', claims.map(memberLine)),
    wants && block('Key', [wantsLine(wants), ...tellingKeys.map(keyLine)]),
    remarks.length > 0 &&
      block(
        'Worth knowing',
        remarks.map((remark) => `- ${both(remark)}`),
      ),
  ]
  return blocks.filter(Boolean).join('\n\n')
}

function both(finding: Explanation['findings'][number]): string {
  const { says, mends } = sentence(finding)
  const { from, to } = finding.at ?? { from: 0, to: 0 }
  // Where something is missing, it is missing behind the character before.
  const where = to > from ? `(Character ${to - from > 1 ? `${from + 1} to ${to}` : to}.)` : ''
  return [says, mends, where].filter(Boolean).join(' ')
}

function block(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n')
}

function memberLine({ name, value, time, when }: Member): string {
  const shown = value === undefined ? '(not shown)' : clip(JSON.stringify(value))
  const meaning = Object.hasOwn(meanings, name) ? `  ${meanings[name]}` : ''
  return `${printable(name)}: ${shown}${time === undefined ? '' : ` = ${time}, ${when}`}${meaning}`
}

function wantsLine({ algorithm, key, keyId }: NonNullable<Explanation['wants']>): string {
  const id = keyId === undefined ? '' : ` with the id ${clip(JSON.stringify(keyId))}`
  if (key === 'secret') return `${algorithm} wants the secret shared with the issuer${id}.`
  return `${algorithm} wants the issuer's public key${id}, of type ${key}.`
}

function keyLine({ algorithm, keyId, fit }: Explanation['keys'][number]): string {
  return `${keyId === undefined ? 'the key' : `the key ${clip(JSON.stringify(keyId))}`} for ${algorithm}: ${keyFitWords[fit]}`
}

/** JSON escapes controls of ASCII; others could still move a terminal's cursor or turn its text around. */
function clip(json: string): string {
  const text = printable(json)
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text
}

function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
