import { type Argument, type Expression, parseSync, Visitor } from 'oxc-parser'
import type { Source } from './architecture.ts'

/**
 * Where a pattern of the server or the library has both anchors of its own, a line each. `wholeText` adds them instead: where
 * one is forgotten, a text passes that only has a good one in it, and it takes a test for each pattern to notice.
 */
export function anchorFaultsOf({ file, text }: Source): string[] {
  // The ports write patterns as the programs do that they stand for.
  const isRead = /^packages\/(server|latchkey)\/src\//.test(file) && !file.includes('/src/compat/')
  if (!isRead || file.endsWith('/src/whole-text.ts')) return []
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const faults: string[] = []
  const fault = (start: number, reason: string) => {
    faults.push(`${file}:${text.slice(0, start).split('\n').length}: ${reason}`)
  }
  const readCall = ({ callee, arguments: [first] }: Call) => {
    if (callee.type !== 'Identifier' || first === undefined) return
    const written = text.slice(first.start, first.end)
    if (callee.name === 'RegExp' && hasBothAnchors(patternIn(written))) fault(first.start, advice)
    if (callee.name === 'wholeText' && /^\/.*\/[a-z]*[gmy][a-z]*$/s.test(written)) {
      fault(
        first.start,
        'wholeText takes no pattern of single lines (m), and none that remembers a place (g, y)',
      )
    }
  }
  new Visitor({
    Literal(node) {
      // With `m` the anchors are those of lines.
      if (!('regex' in node) || node.regex.flags.includes('m')) return
      if (hasBothAnchors(node.regex.pattern)) fault(node.start, advice)
    },
    CallExpression: readCall,
    NewExpression: readCall,
  }).visit(program)
  return faults
}

interface Call {
  readonly callee: Expression
  readonly arguments: readonly Argument[]
}

const advice =
  'this pattern has both anchors: write wholeText(/…/) without them (src/whole-text.ts of the package)'

/** Also where each anchor is of an alternative of its own: `/^a|b$/` takes `ax`, which nobody sees who does not look for it. */
function hasBothAnchors(pattern: string): boolean {
  return pattern.startsWith('^') && /(?<!\\)(\\\\)*\$$/.test(pattern)
}

/** The pattern in the text or template that a RegExp is made of, or in the sum of some. */
function patternIn(written: string): string {
  return written.slice(1, -1).replaceAll('\\\\', '\\')
}
